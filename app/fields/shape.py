"""A form as data: its fields, in every language, and the rules that hold over several of them."""

from __future__ import annotations

import functools
import hashlib
import re
from typing import Literal

import msgspec

from app.catalogue import listed
from app.languages import DEFAULT, said

Kind = Literal[
    "text",
    "textarea",
    "radio",
    "select",
    "checkboxes",
    "phone",
    "email",
    "wechat",
    "number",
    "date",
    "url",
    "hidden",
    "consent",
    "files",
]
CHOOSING = frozenset({"radio", "select", "checkboxes"})
WRITING = frozenset({"text", "textarea"})
LENGTHS: dict[str, int] = {
    **dict.fromkeys(("text", "textarea", "url", "hidden", "checkboxes"), 2000),
    **dict.fromkeys(("radio", "select"), 64),
    "phone": 64,
    "email": 254,
    "wechat": 64,
    "number": 32,
    "date": 32,
    "consent": 8,
    "files": 0,
}
"""The most that an answer of a kind may hold, in characters."""
SYSTEM: dict[str, Kind] = {
    "content": "textarea",
    "category": "select",
    "name": "text",
    "phone": "phone",
    "email": "email",
    "wechat": "wechat",
}
"""Fields with a column of their own."""
SYSTEM_LENGTHS = {
    "content": 5000,
    "name": 64,
    "phone": 64,
    "email": 254,
    "wechat": 64,
    "category": 64,
}
FILES_USUAL, FILES_MAX = 5, 10
MB_USUAL, MB_MAX = 10, 20
KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")


Texts = dict[str, str]
"""One text in several languages, by their tags; `languages.said` chooses."""


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """`value` is stored, shown to the team, and read by visitors in the default language; `texts`
    are for other languages."""

    value: str
    texts: Texts = {}

    def said(self, language: str) -> str:
        return said({DEFAULT: self.value, **self.texts}, language)


class Field(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """`least` and `most` bound a number. `pattern` is RE2 and counts when `preset` is "own".
    `takes` are families of files; 0 is the usual number and size of them."""

    # `dict`: what every answer asks of it is found once.

    key: str
    kind: Kind
    label: Texts
    hint: Texts = {}
    error: Texts = {}
    required: bool = False
    min_length: int = 0
    max_length: int = 0
    least: float | None = None
    most: float | None = None
    preset: str = ""
    pattern: str = ""
    choices: tuple[Choice, ...] = ()
    group: str = ""
    prefill: str = ""
    link: str = ""
    in_notice: bool = True
    in_list: bool = False
    personal: bool = False
    takes: tuple[str, ...] = ()
    max_files: int = 0
    max_mb: int = 0

    @functools.cached_property
    def is_system(self) -> bool:
        # An older form may have a field of its own with the key "wechat" and another kind.
        return SYSTEM.get(self.key) == self.kind

    @property
    def file_terms(self) -> tuple[tuple[str, ...], int, int]:
        """Families, number, and megabytes of each."""
        return self.takes or ("pictures",), self.max_files or FILES_USUAL, self.max_mb or MB_USUAL

    @functools.cached_property
    def longest(self) -> int:
        own = SYSTEM_LENGTHS.get(self.key, LENGTHS[self.kind])
        return min(self.max_length or own, own)

    def consent_hash(self, language: str) -> str:
        """Identifies the words that were agreed to."""
        words = f"{said(self.label, language)}\n{said(self.hint, language)}\n{self.link}"
        return hashlib.sha256(words.encode()).hexdigest()[:16]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A rule: `at_least` so many of the fields that name it must be answered, else visitors read
    `error`."""

    key: str
    label: Texts
    at_least: int = 1
    error: Texts = {}


class Form(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """`number` 0 is the built-in form. While it is in force, programs may send further fields."""

    # `dict`: what every message asks of it is found once.

    fields: tuple[Field, ...]
    groups: tuple[Group, ...] = ()
    number: int = 0

    @property
    def is_open(self) -> bool:
        return self.number == 0

    def field(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)

    def group(self, key: str) -> Group | None:
        return next((group for group in self.groups if group.key == key), None)

    def members(self, group: str) -> list[Field]:
        return [field for field in self.fields if field.group == group]

    @functools.cached_property
    def system(self) -> list[Field]:
        """Those with a column of their own."""
        return [each for each in self.fields if each.is_system]

    @functools.cached_property
    def own(self) -> list[Field]:
        """The organization's own fields that are answered."""
        return [each for each in self.fields if not each.is_system and each.kind != "files"]

    @property
    def files(self) -> Field | None:
        """Where files are chosen; a form has one such place at most."""
        return next((each for each in self.fields if each.kind == "files"), None)


class Label(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a field asked when it was answered; kept with the message."""

    text: Texts
    kind: Kind = "text"
    notice: bool = True
    list: bool = False
    personal: bool = False

    def shown(self, answer: str, locale: str) -> str:
        """The answer on one line, as people read it."""
        if self.kind == "consent":
            return "✓"
        if self.kind == "checkboxes":
            return listed(locale, answer.split("\n"))
        return answer


class Consent(msgspec.Struct, frozen=True):
    """A consent: `hash` is of the exact words in the language they were read in."""

    key: str
    language: str
    hash: str


def in_digits(number: float) -> str:
    """1500000, not 1.5e+06. Answers have at most six decimals."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def label_of(field: Field) -> Label:
    return Label(field.label, field.kind, field.in_notice, field.in_list, field.personal)
