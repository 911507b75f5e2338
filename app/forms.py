"""What a visitor must answer, checked all at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from email_validator import EmailNotValidError, validate_email

from app.errors import Invalid, Problem
from app.text import clean, clean_line

LIMITS = {"content": 5000, "name": 64, "phone": 32, "email": 254, "category": 64}
CONTENT_BYTES = 20_000
FIELD_LIMIT = 2000
FIELDS_MAX = 50
FIELD_NAME_LIMIT = 64

CATEGORIES = (
    ("产品咨询", "Product enquiry"),
    ("售后服务", "After-sales"),
    ("投诉与建议", "Complaints and suggestions"),
    ("其他", "Other"),
)

PHONE = re.compile(r"\+?[0-9(][0-9() -]{3,30}")
"""Lenient on purpose: land lines, extensions and foreign numbers are all worth a call."""
PHONE_DIGITS_MIN = 5
CHINESE_MOBILE = re.compile(r"(?:\+?86)?(1[0-9]{10})")


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Clean answers; what was not given is empty."""

    content: str
    name: str = ""
    phone: str = ""
    email: str = ""
    category: str = ""
    fields: dict[str, str] = {}


def slash(name: str) -> str:
    return f"/{name}"


def check(raw: Mapping[str, Any], *, pointer: Callable[[str], str] = slash) -> Answers:
    """Raises Invalid with every fault; `pointer` says where an answer stands in the caller's
    input."""
    problems: list[Problem] = []
    faulty: set[str] = set()

    def fault(name: str, code: str, detail: str, **facts: str) -> None:
        faulty.add(name)
        problems.append(Problem(pointer(name), code, detail, facts))

    values = {name: _text(raw, name, fault) for name in LIMITS}
    # What is there but wrong is not missing as well: one fault for one mistake.
    if "content" not in faulty:
        _check_content(values, fault)
    _check_contact(values, fault, tried=bool(faulty & {"phone", "email"}))
    fields = _fields(raw.get("fields"), fault)
    if problems:
        raise Invalid(problems)
    return Answers(**values, fields=fields)


Fault = Callable[..., None]


def _text(raw: Mapping[str, Any], name: str, fault: Fault) -> str:
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        fault(name, "wrong_type", "This must be text")
        return ""
    text = clean(value) if name == "content" else clean_line(value)
    if len(text) > LIMITS[name]:
        fault(name, "too_long", "Use at most {limit} characters", limit=str(LIMITS[name]))
        return ""
    return text


def _check_content(values: dict[str, str], fault: Fault) -> None:
    text = values["content"]
    if len(text.encode()) > CONTENT_BYTES:
        fault("content", "too_long", "Use at most {limit} characters", limit=str(LIMITS["content"]))
    elif not any(unicodedata.category(char)[0] not in "ZC" for char in text):
        fault("content", "required", "Enter your message")


def _check_contact(values: dict[str, str], fault: Fault, *, tried: bool) -> None:
    given = tried or bool(values["phone"] or values["email"])
    values["phone"] = _phone(values["phone"], fault)
    values["email"] = _email(values["email"], fault)
    if not given:
        fault("contact", "contact_required", "Enter at least one way to reach you")


def _phone(text: str, fault: Fault) -> str:
    if not text:
        return ""
    plain = re.sub(r"[‐-―－﹣]", "-", unicodedata.normalize("NFKC", text)).strip()
    if not PHONE.fullmatch(plain) or sum(char.isdigit() for char in plain) < PHONE_DIGITS_MIN:
        fault("phone", "phone_format", "Enter a phone number with digits only, like 13800138000")
        return ""
    mobile = CHINESE_MOBILE.fullmatch(re.sub(r"[() -]", "", plain))
    return mobile.group(1) if mobile else plain


def _email(text: str, fault: Fault) -> str:
    if not text:
        return ""
    try:
        found = validate_email(
            unicodedata.normalize("NFKC", text),
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=True,
        )
    except EmailNotValidError:
        fault("email", "email_format", "Enter an email like name@example.com")
        return ""
    return found.ascii_email or found.normalized


def _fields(raw: Any, fault: Fault) -> dict[str, str]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        fault("fields", "wrong_type", "This must be an object")
        return {}
    if len(raw) > FIELDS_MAX:
        fault("fields", "too_many", "Use at most {limit} fields", limit=str(FIELDS_MAX))
        return {}
    fields: dict[str, str] = {}
    for key, value in raw.items():
        name = clean_line(str(key))
        text = value if isinstance(value, str) else _scalar(value)
        if text is None:
            fault(f"fields/{key}", "wrong_type", "This must be text, a number or true or false")
            continue
        text = clean(text)
        if not name:
            fault(f"fields/{key}", "required", "This is missing.")
        elif limit := _exceeded(name, text):
            fault(f"fields/{key}", "too_long", "Use at most {limit} characters", limit=str(limit))
        else:
            fields[name] = text
    return fields


def _exceeded(name: str, text: str) -> int:
    """The limit that one of them is beyond, else 0."""
    if len(name) > FIELD_NAME_LIMIT:
        return FIELD_NAME_LIMIT
    return FIELD_LIMIT if len(text) > FIELD_LIMIT else 0


def _scalar(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None
