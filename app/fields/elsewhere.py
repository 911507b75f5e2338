"""What somebody wrote into a form that is not ours: its fields have names of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from app.catalogue import N_, say
from app.errors import Invalid, Problem
from app.fields.builtin import built_in
from app.fields.check import FIELD_LIMIT, FIELD_NAME_LIMIT, Answers, look, slash
from app.fields.shape import Field, Form, label_of
from app.languages import DEFAULT
from app.reading import phones
from app.reading.doubt import Unreadable
from app.text import clean_line, without_controls

TRAPS = frozenset({"_gotcha", "_honeypot", "_honey", "botcheck"})
"""Fields that people do not see, as Formspree, Basin, FormSubmit and Web3Forms call them."""
NEXT = ("_next", "_redirect", "redirect", "_after")
"""Where the browser is to go afterwards."""
ONCE = "_once"
"""Makes what is sent again from a page of ours the same message."""
PAGE = "_url"
"""FormSubmit's name for the page that the form stands on."""
STEERING = frozenset(
    {
        *(*TRAPS, PAGE, "_charset_", "utf8", "_format", "_language", "_captcha", "_template"),
        *("_cc", "_bcc", "_to", "_webhook", "_autoresponse", "_blacklist", "_from"),
        *("access_key", "apikey", "from_name", "ccemail", "webhook", "form-name", "_token"),
        *("g-recaptcha-response", "h-captcha-response", "recaptcha_response"),
        *("cf-turnstile-response", "csrfmiddlewaretoken", "authenticity_token", "_csrf"),
    }
)
"""What tells other services how to send is no answer, and nothing is sent to whom it names."""
NO_ANSWERS = STEERING | {*NEXT, ONCE}
REPLY_TO = ("_replyto", "_reply_to", "replyto")
"""The visitor's address, or the name of the field that holds it."""

NAMES: dict[str, tuple[str, ...]] = {
    "content": (
        *("message", "content", "msg", "comment", "comments", "body", "enquiry", "inquiry"),
        *("question", "questions", "details", "description", "feedback", "text", "remark"),
        *("remarks", "note", "notes", "liuyan", "neirong"),
        *("留言", "留言内容", "内容", "咨询内容", "问题", "问题描述", "需求", "需求描述"),
        *("消息", "备注", "描述", "说明", "反馈", "意见", "想说的话"),
    ),
    "name": (
        *("name", "fullname", "realname", "username", "contactname", "customername", "xingming"),
        *("姓名", "称呼", "名字", "联系人", "联系人姓名", "昵称", "怎么称呼"),
    ),
    "phone": (
        *("phone", "tel", "telephone", "mobile", "mobilephone", "phonenumber", "mobilenumber"),
        *("cell", "cellphone", "telno", "phoneno", "contactnumber", "shouji", "dianhua"),
        *("电话", "手机", "手机号", "手机号码", "电话号码", "联系电话", "联系手机", "固定电话"),
    ),
    "email": (
        *("email", "mail", "emailaddress", "youxiang", "邮箱", "电子邮箱", "邮箱地址"),
        *("邮件", "电子邮件", "电邮", "email地址"),
    ),
    "wechat": ("wechat", "weixin", "wx", "wechatid", "weixinhao", "微信", "微信号", "微信id"),
    "category": ("category", "分类", "类别", "咨询类型", "留言类型", "问题类型"),
}
"""What forms call what we know, without signs and "your"."""
CONTACTS = ("phone", "email", "wechat")
ANY_CONTACT = frozenset({"contact", "contactinfo", "联系方式", "lianxifangshi"})
FIRST = frozenset({"firstname", "givenname", "名"})
LAST = frozenset({"lastname", "familyname", "surname", "姓", "姓氏"})
KNOWN = {name: key for key, names in NAMES.items() for name in names}
SIGNS = re.compile(r"[\s_\-.:：*()（）\[\]]+")
POLITE = re.compile(r"^(?:your|您的|你的|请输入|请填写)")
NO_MESSAGE = N_("(The form has no field for a message)")
HAN = re.compile(r"[\u4e00-\u9fff]")
Pairs = Sequence[tuple[str, str]]


class Recognised(msgspec.Struct, frozen=True, kw_only=True):
    """`answers` are kept under the names that the form gives them, where they are none of ours.
    `ignored` are fields that are no answers."""

    answers: Answers
    trapped: bool
    next: str
    ignored: list[str]


def plain(name: str) -> str:
    """A field's name as NAMES has it."""
    return POLITE.sub("", SIGNS.sub("", name.strip().lower()))


def read(pairs: Pairs, form: Form, language: str = DEFAULT) -> Recognised:
    """`form` is the organization's own, whose fields are recognised by key and label. Raises
    Invalid with every fault, by the names that were sent."""
    sheet = _Sheet(form, language)
    for name, text in _gathered(pairs).items():
        sheet.take(name, text)
    sheet.complete()
    values = {name.lower(): text.strip() for name, text in pairs}
    ignored = [name for name, _ in pairs if name.lower() in STEERING]
    return Recognised(
        answers=sheet.answers(),
        trapped=any(values.get(name) for name in TRAPS),
        next=next((values[name] for name in NEXT if values.get(name)), ""),
        ignored=list(dict.fromkeys(ignored)),
    )


def _gathered(pairs: Pairs) -> dict[str, str]:
    """What was answered, by name; what was ticked several times on a line each."""
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        name = clean_line(name.removesuffix("[]"))
        if name.lower() not in NO_ANSWERS:
            found.setdefault(name or "?", []).append(without_controls(text))
    return {
        name: "\n".join(text.strip() for text in texts if text.strip())
        for name, texts in found.items()
    }


class _Sheet:
    """The answers while they are sorted."""

    def __init__(self, form: Form, language: str) -> None:
        self.language = language
        self.own = {each.key: each for each in form.own}
        self.own_names = {
            plain(text): each.key for each in form.own for text in (each.key, *each.label.values())
        }
        self.known: dict[str, str] = {}
        self.names: dict[str, str] = {}
        """What the form calls what we know."""
        self.asked: set[str] = set()
        """Ways to be reached that the form asks for, answered or not."""
        self.further: dict[str, str] = {}
        self.given = self.family = ""

    def take(self, name: str, text: str) -> None:
        said = plain(name)
        key = KNOWN.get(said, "")
        if name in REPLY_TO:
            self._reply_to(name, text)
        elif said in ANY_CONTACT:
            self._put(self._contact(text), name, text)
        elif said in FIRST | LAST and text:
            self._part_of_name(said, text)
        elif said in self.own_names:
            self._keep(self.own_names[said], text)
        elif key:
            self._put(key, name, text)
        else:
            self._keep(name, text)

    def _put(self, key: str, name: str, text: str) -> None:
        if key in CONTACTS:
            self.asked.add(key)
            self.names.setdefault(key, name)
        if key in self.known:
            self._keep(name, text)
        elif text:
            self.known[key] = text
            self.names[key] = name

    def _keep(self, name: str, text: str) -> None:
        """Under its own name, which is cut if it is a long question."""
        if not text:
            return
        name = name[:FIELD_NAME_LIMIT].strip()
        number = 2
        while name in self.further:
            name = f"{name[: FIELD_NAME_LIMIT - 4].strip()} {number}"
            number += 1
        self.further[name] = text

    @staticmethod
    def _contact(text: str) -> str:
        if "@" in text:
            return "email"
        try:
            phones.read(text)
        except Unreadable:
            return "wechat"
        return "phone"

    def _reply_to(self, name: str, text: str) -> None:
        self.asked.add("email")
        if "@" in text:
            self._put("email", name, text)

    def _part_of_name(self, said: str, text: str) -> None:
        if said in FIRST:
            self.given = text
        else:
            self.family = text

    def _whole_name(self) -> None:
        parts = [self.given, self.family]
        if HAN.search("".join(parts)):
            whole = f"{self.family}{self.given}"
        else:
            whole = " ".join(filter(None, parts))
        if whole:
            self._put("name", "name", whole)

    def complete(self) -> None:
        """Once all is taken: what stands in several fields, or in none."""
        self._whole_name()
        self._find_content()

    def answers(self) -> Answers:
        """Raises Invalid. What cannot be read goes to the further answers, one by one: the last way
        to reach somebody stays, and is at fault."""
        form = _open(required=bool(self.asked))
        while True:
            raw: dict[str, Any] = {**self.known, "fields": self.further}
            sheet = look(form, raw, pointer=self._pointer, language=self.language)
            moved = next(
                (key for key in self.known if self._may_stay_as_written(key, sheet.problems)), None
            )
            if moved is None:
                break
            self._keep(self.names[moved], self.known.pop(moved))
        if sheet.problems:
            raise Invalid(sheet.problems)
        found = sheet.answers()
        labels = {key: label_of(self.own[key]) for key in found.fields if key in self.own}
        return replace(found, labels=labels)

    def _find_content(self) -> None:
        """A form without a message says it in its other fields."""
        if self.known.get("content"):
            return
        long = [name for name, text in self.further.items() if len(text) > FIELD_LIMIT]
        if len(long) == 1:
            self.known["content"] = f"{long[0]}:\n{self.further.pop(long[0])}"
            self.names["content"] = long[0]
        elif self.further or any(self.known.values()):
            self.known["content"] = say(self.language, NO_MESSAGE)

    def _may_stay_as_written(self, key: str, problems: Iterable[Problem]) -> bool:
        """What cannot be read as what it is called is kept under its own name, unless nobody could
        be reached then."""
        if key == "content" or all(each.pointer != self._pointer(key) for each in problems):
            return False
        others = [each for each in CONTACTS if each != key and self.known.get(each)]
        return key not in CONTACTS or bool(others)

    def _pointer(self, name: str) -> str:
        return slash(self.names.get(name, name.removeprefix("fields/")))


def _open(*, required: bool) -> Form:
    """The built-in form, which takes further fields. Who never asked how to reach anybody gets the
    message all the same."""
    form = built_in()
    fields: tuple[Field, ...] = form.fields
    if not required:
        fields = tuple(replace(each, group="") for each in fields)
    return replace(form, fields=fields, groups=form.groups if required else ())
