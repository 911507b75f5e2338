"""The WeCom group robot. https://developer.work.weixin.qq.com/document/path/99110"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import SplitResult

import msgspec

from app import text
from app.catalogue import say
from app.channels import addresses, dialects, fields
from app.channels.answers import acceptance
from app.channels.handles import Handles, with_more
from app.channels.outcomes import Table
from app.channels.robots import Robot, wrong
from app.channels.sender import OF_ONE, Acceptance, Parcel, plain_text
from app.channels.wecom.answers import TABLE
from app.channels.wire import post
from app.channels.wording import Draft, Style, compose, headline, link_of, taps_of
from app.egress.way import Egress
from app.errors import Problem
from app.notices import templates

HOSTS = ("qyapi.weixin.qq.com",)
PATH = "/cgi-bin/webhook/send"
EXAMPLE = f"https://{HOSTS[0]}{PATH}?key=…"

Form = Literal["text", "markdown", "markdown_v2", "template_card"]

LIMITS = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}
"""Bytes of the content. The server took 5120 of text in 2021; the documentation says 2048."""
# Advised lengths in characters; clients cut what is longer.
CARD_TITLE, CARD_DESCRIPTION, CARD_TEXT = 26, 30, 112
CARD_ROWS = 6
CARD_JUMPS = 3

_MARKDOWN = Style(escape=dialects.markdown, heading="**{}**", item="> {}", link="[{label}]({url})")
STYLES: dict[str, Style] = {
    "text": Style(escape=dialects.no_tags),
    "markdown": _MARKDOWN,
    "markdown_v2": _MARKDOWN,
}

HALF_READ = "wrong json format"
HALF_READ_HINT = "WeCom could read only a part of the message: {message}"


class WeCom(Robot, tag="wecom"):
    kind: ClassVar[str] = "wecom"
    label: ClassVar[str] = "WeCom group robot"
    purpose: ClassVar[str] = "Into a WeCom group"
    # The platform allows 20; how it counts its minute is not documented.
    limit_per_minute: ClassVar[int | None] = 18
    deadline: ClassVar[float] = 10.0
    secret_fields: ClassVar[tuple[tuple[str, ...], ...]] = (("webhook_url",),)
    steps: ClassVar[tuple[str, ...]] = (
        "Open the group in WeCom, then its menu (…) and Message push (group robot).",
        "Add a robot, give it a name, and copy the Webhook address.",
        "Paste it here. Only the key after key= is enough.",
    )
    example: ClassVar[str] = EXAMPLE
    hosts: ClassVar[tuple[str, ...]] = HOSTS
    path: ClassVar[str] = PATH
    key_name: ClassVar[str] = "key"
    alone: ClassVar[tuple[Literal["key", "secret"], ...]] = ("key",)
    table: ClassVar[Table] = TABLE

    format: Annotated[
        Literal["auto", "text", "markdown", "markdown_v2", "template_card"],
        fields.asked(
            "Format",
            "Automatic is Markdown, and plain text where somebody is mentioned.",
            further=True,
            choices={
                "auto": "Automatic",
                "markdown": "Markdown",
                "markdown_v2": "Markdown 2",
                "text": "Plain text",
                "template_card": "Card",
            },
        ),
    ] = "auto"
    mention_all: fields.Everybody = False
    mention_mobiles: fields.Mobiles = []
    mention_users: fields.UserIds = []

    def __post_init__(self) -> None:
        self.webhook_url = self.normal(self.webhook_url)

    def faults(self, egress: Egress) -> Iterator[Problem]:
        yield from super().faults(egress)
        if self.format.startswith("markdown") and (self.mention_all or self.mention_mobiles):
            yield Problem(
                "/format",
                "mentions_need_text",
                "WeCom mentions everybody and phone numbers in plain text only. "
                "Choose the automatic format.",
            )
        if self.format == "markdown_v2" and self.mention_users:
            yield Problem(
                "/format",
                "mentions_need_text",
                "This format cannot mention anybody. Choose the automatic format.",
            )

    def default_template(self, locale: str) -> str:
        return plain_text(locale) if self._chosen() == "text" else self.own_text(locale)

    def preview(self, parcel: Parcel) -> str:
        content: dict[str, Any] = self.message(parcel)
        inner = content[content["msgtype"]]
        return inner["content"] if "content" in inner else _card_text(inner)

    def markdown(self, parcel: Parcel) -> tuple[str, str] | None:
        message = self.message(parcel)
        form: str = message["msgtype"]
        return ("", message[form]["content"]) if form.startswith("markdown") else None

    def size(self, parcel: Parcel) -> tuple[int, int | None]:
        content: dict[str, Any] = self.message(parcel)
        form = content["msgtype"]
        if form not in LIMITS:
            return super().size(parcel)
        return text.in_bytes(content[form]["content"]), LIMITS[form]

    async def send(self, parcel: Parcel, egress: Egress) -> Acceptance:
        answer = await post(
            egress, self.webhook_url, self.body(parcel), deadline=self.deadline, hosts=HOSTS
        )
        taken = acceptance(answer, TABLE, parcel, self.secrets())
        if HALF_READ in taken.message.lower():
            facts = {"message": taken.message}
            return msgspec.structs.replace(taken, warning=HALF_READ_HINT, facts=facts)
        return taken

    def message(self, parcel: Parcel) -> dict[str, Any]:
        return self._calling(parcel.called)._message(parcel)

    def _calling(self, called: Sequence[Handles]) -> Self:
        """Mentions these people, too. A user id is mentioned in Markdown as well, a phone number in
        plain text only; the other forms mention nobody."""
        users = [each.wecom for each in called if each.wecom]
        mobiles = [each.mobile for each in called if each.mobile and not each.wecom]
        if not users and not mobiles:
            return self
        rich = self._chosen() == "markdown" and not mobiles
        return msgspec.structs.replace(
            self,
            format="markdown" if rich else self.format,
            mention_users=with_more(self.mention_users, users),
            mention_mobiles=with_more(self.mention_mobiles, mobiles),
        )

    def mentions(self, who: Handles) -> bool:
        if self.format not in ("auto", "text", "markdown"):
            return False
        return bool(who.wecom or (who.mobile and self.format != "markdown"))

    def _message(self, parcel: Parcel) -> dict[str, Any]:
        form = self._form(parcel)
        if form == "template_card":
            return {"msgtype": form, form: _card(parcel)}
        own = plain_text(parcel.locale) if form == "text" else self.own_text(parcel.locale)
        draft = compose(parcel, STYLES[form], own, lambda d: self._fits(d, form))
        content: dict[str, Any] = {"content": self._content(draft, form)}
        if form == "text":
            content |= self._mentions()
        return {"msgtype": form, form: content}

    def _form(self, parcel: Parcel) -> Form:
        if parcel.fallback:
            return "text"
        chosen = self._chosen()
        return "markdown" if chosen == "template_card" and not _cardable(parcel) else chosen

    def _chosen(self) -> Form:
        if self.format != "auto":
            return self.format
        mentions = self.mention_all or self.mention_mobiles or self.mention_users
        return "text" if mentions else "markdown"

    def _fits(self, draft: Draft, form: Form) -> bool:
        return text.in_bytes(self._content(draft, form)) <= LIMITS[form]

    def _content(self, draft: Draft, form: Form) -> str:
        if form != "markdown" or not self.mention_users:
            return draft.body
        return f"{draft.body}\n{''.join(f'<@{user}>' for user in self.mention_users)}"

    def _mentions(self) -> dict[str, list[str]]:
        users = [*self.mention_users, *(["@all"] if self.mention_all else [])]
        lists = {"mentioned_list": users, "mentioned_mobile_list": self.mention_mobiles}
        return {name: listed for name, listed in lists.items() if listed}

    def token(self) -> str:
        parts = addresses.split(self.webhook_url)
        return addresses.query(parts).get("key", "") if parts else ""

    def address_faults(self, parts: SplitResult) -> Iterator[Problem]:
        query = addresses.query(parts)
        if "access_token" in query and parts.hostname in HOSTS:
            yield wrong(
                "application_interface",
                "This is the address of an application. Choose WeCom app for it, or add a robot "
                "to the group and copy its address, which looks like {example}.",
                EXAMPLE,
            )
        elif not parts.path.endswith(PATH) or not query.get("key"):
            yield wrong(
                "not_a_robot", "The address of a WeCom group robot looks like {example}.", EXAMPLE
            )

    @staticmethod
    def normal(pasted: str) -> str:
        """The robot's address, whichever part of it was pasted."""
        pasted = addresses.innermost(pasted, "key")
        if addresses.UUID.fullmatch(pasted):
            return f"https://{HOSTS[0]}{PATH}?key={pasted}"
        parts = addresses.split(pasted)
        if parts is None or not addresses.query(parts).get("key"):
            return pasted
        path = parts.path.rstrip("/")
        if not path.endswith(PATH):
            return pasted
        return addresses.rebuilt(parts, hosts=HOSTS, path=path, query=addresses.pairs(parts))


def _cardable(parcel: Parcel) -> bool:
    """Whether a card can say it: cards have fixed places and need a link."""
    if parcel.kind not in OF_ONE or parcel.neutral or parcel.template.strip():
        return False
    return bool(parcel.notices and link_of(parcel))


def _card(parcel: Parcel) -> dict[str, Any]:
    locale, notice = parcel.locale, parcel.notices[0]
    values = templates.values(notice, locale=locale, timezone=parcel.timezone)
    rows = [
        (say(locale, "Visitor"), values["visitor.name"]),
        (say(locale, "Phone"), values["visitor.phone"]),
        (say(locale, "Email"), values["visitor.email"]),
        (say(locale, "WeChat ID"), values["visitor.wechat"]),
        *((text.clean_line(label), text.clean_line(answer)) for label, answer in notice.fields),
    ]
    link = link_of(parcel)
    return {
        "card_type": "text_notice",
        "main_title": {
            "title": _cut(headline(parcel), CARD_TITLE),
            "desc": _cut(values["message.category"], CARD_DESCRIPTION),
        },
        "sub_title_text": _cut(values["message.content"], CARD_TEXT),
        "horizontal_content_list": [
            {"keyname": name, "value": value} for name, value in rows if name and value
        ][:CARD_ROWS],
        "jump_list": [
            {"type": 1, "title": title, "url": url}
            for title, url in [
                (say(locale, "Open and handle"), link),
                *((each.label, each.url) for each in taps_of(parcel)),
            ][:CARD_JUMPS]
        ],
        "card_action": {"type": 1, "url": link},
    }


def _cut(value: str, characters: int) -> str:
    return text.clip(value, characters, cost=text.in_characters)


def _card_text(card: dict[str, Any]) -> str:
    rows = [f"{row['keyname']} {row['value']}" for row in card["horizontal_content_list"]]
    head = [card["main_title"]["title"], card["main_title"]["desc"]]
    return "\n".join(line for line in [*head, *rows, card["sub_title_text"]] if line)
