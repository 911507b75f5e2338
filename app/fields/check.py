"""Checks all answers of a visitor at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from app.errors import Invalid, Problem
from app.fields import values
from app.fields.builtin import CONTACT, built_in
from app.fields.shape import LENGTHS, SYSTEM_LENGTHS, Consent, Field, Form, Group, Label, label_of
from app.languages import DEFAULT, said
from app.reading import wechats
from app.text import clean_line, has_controls, typed

LIMITS = SYSTEM_LENGTHS
FIELD_LIMIT = LENGTHS["text"]
FIELDS_MAX = 50
FIELD_NAME_LIMIT = 64

Fault = Callable[..., None]


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Checked answers; missing ones are empty. `fields` are by key, in the form's order.

    `written` is the typed text by key, where it is more than what is kept. `doubts` are questions
    about accepted answers.
    """

    content: str
    name: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    category: str = ""
    fields: dict[str, str] = {}
    labels: dict[str, Label] = {}
    consents: tuple[Consent, ...] = ()
    form_version: int | None = None
    written: dict[str, str] = {}
    doubts: tuple[Problem, ...] = ()


def slash(name: str) -> str:
    return f"/{name}"


def check(
    form: Form,
    raw: Mapping[str, Any],
    *,
    pointer: Callable[[str], str] = slash,
    language: str = DEFAULT,
) -> Answers:
    """Raises Invalid with every fault; `pointer` says where an answer stands in the caller's
    input."""
    sheet = look(form, raw, pointer=pointer, language=language)
    if sheet.problems:
        raise Invalid(sheet.problems)
    return sheet.answers()


def look(
    form: Form,
    raw: Mapping[str, Any],
    *,
    pointer: Callable[[str], str] = slash,
    language: str = DEFAULT,
) -> Sheet:
    """The sheet with its faults and doubts; it gives answers only without faults."""
    sheet = Sheet(form, language, pointer)
    sheet.read_system(raw)
    sheet.read_own(raw.get("fields"))
    sheet.find_wechat()
    sheet.check_groups()
    return sheet


def hidden(form: Form) -> list[Field]:
    """Fields with a column of their own that the form does not have; programs may answer them."""
    if form is built_in():
        return []
    return [field for field in built_in().fields if form.field(field.key) is None]


class Sheet:
    """One visitor's answers while they are checked."""

    def __init__(self, form: Form, language: str, pointer: Callable[[str], str]) -> None:
        self.form = form
        self.language = language
        self.pointer = pointer
        self.problems: list[Problem] = []
        self.system: dict[str, str] = {}
        self.fields: dict[str, str] = {}
        self.written: dict[str, str] = {}
        self.doubts: list[Problem] = []
        self.renamed = ""
        """The contact that was given under its older name, among the own fields."""
        self.tried: set[str] = set()
        """Keys that were answered, even wrongly: a wrong answer is not also reported missing."""

    def fault(self, name: str, code: str, detail: str, **facts: str) -> None:
        self.problems.append(Problem(self.pointer(name), code, detail, facts))

    def read_system(self, raw: Mapping[str, Any]) -> None:
        for field in (*self.form.system, *hidden(self.form)):
            self.system[field.key] = self._read(field, *self._given(field, raw))

    def _given(self, field: Field, raw: Mapping[str, Any]) -> tuple[str, Any]:
        """Where it was given, and what. Programs that know it as a field of the organization's own
        go on."""
        answer = raw.get(field.key)
        if field.key != "wechat" or answer:
            return field.key, answer
        own = raw.get("fields")
        if not isinstance(own, Mapping) or "wechat" not in own:
            return field.key, answer
        self.renamed = field.key
        return f"fields/{field.key}", own[field.key]

    def find_wechat(self) -> None:
        """The id may be the phone's number, stand in its place, or be the answer to a field of the
        organization's own."""
        phone, given = self.system.get("phone", ""), self.system.get("wechat", "")
        own = (self.fields.get(each.key, "") for each in self.form.own if each.kind == "wechat")
        said = given or next(filter(None, own), "")
        if not said and not any(map(str.isalpha, phone)):
            # A number alone says nothing of WeChat; most are.
            self.system["wechat"] = ""
            return
        found, is_phone = wechats.id_in(said), wechats.is_phone(said or phone)
        if is_phone and not found:
            found = wechats.number(phone)
        elif not said and not wechats.number(phone):
            found = wechats.mentioned(phone)
        if given and not found and not (is_phone and "phone" in self.tried):
            error = values.no_wechat()
            self.fault("wechat", error.code, error.detail)
        elif given and found != given:
            self.written["wechat"] = given
        self.system["wechat"] = found

    def read_own(self, raw: Any) -> None:
        if raw is not None and not isinstance(raw, Mapping):
            self.fault("fields", "wrong_type", "This must be an object")
            raw = None
        given = dict(raw or {})
        given.pop(self.renamed, None)
        if len(given) > FIELDS_MAX:
            limit = str(FIELDS_MAX)
            self.fault("fields", "too_many", "Use at most {limit} fields", limit=limit)
            return
        for field in self.form.own:
            answer = self._read(field, f"fields/{field.key}", given.pop(field.key, None))
            if answer:
                self.fields[field.key] = answer
        for key, value in given.items():
            if self.form.is_open:
                self._further(key, value)
            else:
                self.fault(f"fields/{key}", "unknown_field", "The form has no such field")

    def _read(self, field: Field, name: str, raw: Any) -> str:
        # Programs may sort messages into categories that the built-in form does not offer.
        any_choice = field.key == "category" and self.form.is_open
        try:
            said = values.hear(field, raw, self.language, any_choice=any_choice)
        except values.Wrong as error:
            if error.code not in {"required", "consent_required"}:
                self.tried.add(field.key)
            self.problems.append(Problem(self.pointer(name), error.code, error.detail, error.facts))
            return ""
        if said.kept:
            self.tried.add(field.key)
        if said.written:
            self.written[field.key] = said.written
        if said.doubt:
            asked = said.doubt
            self.doubts.append(Problem(self.pointer(name), asked.code, asked.detail, asked.facts))
        return said.kept

    def _further(self, key: Any, value: Any) -> None:
        """Reads a field that is not in the form: its key is its label."""
        name = clean_line(str(key))
        text = value if isinstance(value, str) else values.scalar(value)
        where = f"fields/{key}"
        if text is None:
            detail = "This must be text, a number or true or false"
            self.fault(where, "wrong_type", detail)
            return
        if has_controls(text):
            found = values.controls()
            self.fault(where, found.code, found.detail)
            return
        text = typed(text)
        limit = _exceeded(name, text)
        if not name:
            self.fault(where, "required", "This is missing.")
        elif limit:
            self.fault(where, "too_long", "Use at most {limit} characters", limit=str(limit))
        else:
            self.fields[name] = text

    def check_groups(self) -> None:
        for group in self.form.groups:
            members = self.form.members(group.key)
            tried = sum(field.key in self.tried for field in members)
            if not members or tried >= min(group.at_least, len(members)):
                continue
            self._unanswered(group)

    def _unanswered(self, group: Group) -> None:
        of_one = group.key == CONTACT and group.at_least == 1
        code = "contact_required" if of_one else "group_required"
        name = CONTACT if group.key == CONTACT else f"groups/{group.key}"
        own = said(group.error, self.language)
        if own:
            self.fault(name, code, own)
        elif of_one:
            self.fault(name, code, "Enter at least one way to reach you")
        else:
            facts = {"n": str(group.at_least), "label": said(group.label, self.language)}
            self.fault(name, code, "{label}: fill in at least {n}", **facts)

    def answers(self) -> Answers:
        own = {field.key: field for field in self.form.own if field.key in self.fields}
        return Answers(
            **self.system,
            fields=self.fields,
            labels={key: label_of(field) for key, field in own.items()},
            consents=tuple(
                Consent(key, self.language, field.consent_hash(self.language))
                for key, field in own.items()
                if field.kind == "consent"
            ),
            form_version=self.form.number,
            written=self.written,
            doubts=tuple(self.doubts),
        )


def _exceeded(name: str, text: str) -> int:
    """The limit that the name or the text exceeds, else 0."""
    if len(name) > FIELD_NAME_LIMIT:
        return FIELD_NAME_LIMIT
    return FIELD_LIMIT if len(text) > FIELD_LIMIT else 0
