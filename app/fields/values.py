"""One answer to one field: what a visitor typed, cleaned, or its fault."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import msgspec

from app.fields import patterns
from app.fields.shape import CHOOSING, WRITING, Field, in_digits
from app.languages import said
from app.reading import dates, emails, numbers, phones, wechats
from app.reading.doubt import Doubt, Unreadable
from app.text import clean_line, has_controls, typed, typed_line, visible

YES = frozenset({"yes", "true", "on", "1"})
NO = frozenset({"no", "false", "off", "0"})
AGREED = "yes"
FREE = frozenset({"text", "textarea"})
"""Kinds whose answer is a person's own words."""
CONTROLS = "control_characters"
SEPARATOR = "\n"
"""Between ticked choices, each of which is one line."""
REDUCED = frozenset({"phone", "email", "wechat", "number", "date"})
"""Kinds that keep less than what was typed, or another spelling."""
Heard = tuple[str, Doubt | None]
NOT_SEEN = frozenset({"wrong_type", CONTROLS})
"""Faults that people cannot see in their text: the field's own error text would hide them."""


class Wrong(Exception):
    def __init__(self, code: str, detail: str, facts: dict[str, str]) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.facts = facts


def wrong(code: str, detail: str, **facts: str) -> Wrong:
    return Wrong(code, detail, facts)


class Said(msgspec.Struct, frozen=True):
    """`kept` is the answer, empty when there is none; `written` is the typed text, if it is more
    than that; `doubt` is a question about it."""

    kept: str = ""
    written: str = ""
    doubt: Doubt | None = None


NOTHING = Said()


def read(field: Field, raw: Any, language: str, *, any_choice: bool = False) -> str:
    """The clean answer, empty when there is none. Raises Wrong."""
    return hear(field, raw, language, any_choice=any_choice).kept


def hear(field: Field, raw: Any, language: str, *, any_choice: bool = False) -> Said:
    """Raises Wrong."""
    if raw is None and not field.required:
        return NOTHING
    try:
        said = _read(field, raw, any_choice=any_choice)
        if not said.kept and field.required and field.kind != "hidden":
            raise missing(field, language)
    except Wrong as error:
        raise in_own_words(field, error, language) from None
    return said


def in_own_words(field: Field, error: Wrong, language: str) -> Wrong:
    """The fault in the field's own error text, if it has one. A missed limit is appended: a visitor
    with 501 characters must learn that 500 fit."""
    own = said(field.error, language)
    if not own or error.code in NOT_SEEN:
        return error
    facts = {"words": own, **error.facts}
    if error.code == "too_long":
        return wrong(error.code, "{words} (at most {limit} characters)", **facts)
    if error.code == "too_short":
        return wrong(error.code, "{words} (at least {limit} characters)", **facts)
    if error.code == "number_small":
        return wrong(error.code, "{words} ({limit} or more)", **facts)
    if error.code == "number_big":
        return wrong(error.code, "{words} ({limit} or less)", **facts)
    return Wrong(error.code, own, {})


def missing(field: Field, language: str) -> Wrong:
    if field.key == "content":
        return wrong("required", "Enter your message")
    if field.kind == "consent":
        return wrong("consent_required", "Tick this box, otherwise we may not store your message")
    label = said(field.label, language)
    if field.kind in CHOOSING:
        return wrong("required", "Choose: {label}", label=label)
    return wrong("required", "Fill in: {label}", label=label)


def _read(field: Field, raw: Any, *, any_choice: bool) -> Said:
    if field.kind == "checkboxes":
        return Said(_ticked(field, raw))
    text = _text(field, raw)
    if not visible(text):
        return NOTHING
    if field.kind in CHOOSING and not any_choice:
        return Said(_choice(field, text))
    kept, doubt = text, None
    if field.kind in READERS:
        kept, doubt = READERS[field.kind](field, text)
    kept = _fitting(field, kept)
    return Said(kept, text if text != kept and field.kind in REDUCED else "", doubt)


def _text(field: Field, raw: Any) -> str:
    if raw is None:
        return ""
    text = raw if isinstance(raw, str) else scalar(raw)
    if text is None or (not isinstance(raw, str) and field.is_system):
        raise wrong("wrong_type", "This must be text")
    text = _as_kept(field, text)
    if len(text) > field.longest:
        if field.kind == "hidden":
            return text[: field.longest]
        raise wrong("too_long", "Use at most {limit} characters", limit=str(field.longest))
    return text


def _as_kept(field: Field, text: str) -> str:
    """Free text is kept as it is or refused. Other kinds are cleaned: a number copied from a
    phone's contacts may have direction marks around it."""
    if field.kind not in FREE:
        return clean_line(text)
    if has_controls(text):
        raise controls()
    return typed(text) if field.kind == "textarea" else typed_line(text)


def controls() -> Wrong:
    return wrong(CONTROLS, "Control characters cannot be stored. Send it without them")


def scalar(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def _ticked(field: Field, raw: Any) -> str:
    given = raw.split(SEPARATOR) if isinstance(raw, str) else raw or []
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise wrong("wrong_type", "This must be a list of texts")
    chosen = {_choice(field, clean_line(each)) for each in given if each.strip()}
    return SEPARATOR.join(choice.value for choice in field.choices if choice.value in chosen)


def _choice(field: Field, text: str) -> str:
    if text not in {choice.value for choice in field.choices}:
        raise wrong("not_offered", "Choose one of those that are offered")
    return text


def _fitting(field: Field, text: str) -> str:
    if field.kind in WRITING and len(text) < field.min_length:
        raise wrong("too_short", "Use at least {limit} characters", limit=str(field.min_length))
    pattern = pattern_of(field) if field.preset else ""
    if not pattern:
        return text
    fitting = patterns.fitting(pattern, text)
    if fitting is None:
        preset = patterns.PRESETS.get(field.preset)
        raise wrong("pattern", preset.detail if preset else "Write this as it is asked for")
    return fitting


def pattern_of(field: Field) -> str:
    """The preset's pattern or the field's own; empty when there is none."""
    preset = patterns.PRESETS.get(field.preset)
    if preset:
        return preset.pattern
    return field.pattern if field.preset == patterns.OWN else ""


def phone(_: Field, text: str) -> Heard:
    """As written; a Chinese mobile number alone, as its digits. Raises Wrong."""
    try:
        return phones.tidy(text), phones.read(text).doubt
    except Unreadable:
        raise wrong("phone_format", "Enter a phone number with digits, like 13800138000") from None


def email(_: Field, text: str) -> Heard:
    try:
        found = emails.read(text)
    except Unreadable:
        raise wrong("email_format", "Enter an email like name@example.com") from None
    return found.address, found.doubt


def wechat(_: Field, text: str) -> Heard:
    """The id; the text as written where it says that the phone number is the id. Raises Wrong."""
    try:
        found = wechats.read(text)
    except Unreadable:
        raise no_wechat() from None
    return found.id or text, found.doubt


def no_wechat() -> Wrong:
    return wrong("wechat_format", "Enter a WeChat ID: 5 or more letters, digits, _ or -")


def number(field: Field, text: str) -> Heard:
    try:
        plain = numbers.read(text)
    except Unreadable:
        raise wrong("number_format", "Enter a number, like 12 or 3.5") from None
    value = Decimal(plain)
    if field.least is not None and value < Decimal(str(field.least)):
        raise wrong("number_small", "Enter {limit} or more", limit=in_digits(field.least))
    if field.most is not None and value > Decimal(str(field.most)):
        raise wrong("number_big", "Enter {limit} or less", limit=in_digits(field.most))
    return plain, None


def date(_: Field, text: str) -> Heard:
    found = dates.day(text)
    if found is None:
        raise wrong("date_format", "Enter a date like 2026-11-22")
    return found.isoformat(), None


def url(_: Field, text: str) -> Heard:
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
    except ValueError:
        usable = False
    if not usable or " " in address:
        raise wrong("url_format", "Enter an address like https://www.example.com/page")
    return address, None


def consent(_: Field, text: str) -> Heard:
    lowered = text.lower()
    if lowered in NO:
        return "", None
    if lowered not in YES:
        raise wrong("not_offered", "This must be true or false")
    return AGREED, None


READERS: dict[str, Callable[[Field, str], Heard]] = {
    "phone": phone,
    "email": email,
    "wechat": wechat,
    "number": number,
    "date": date,
    "url": url,
    "consent": consent,
}
