"""A preset's file: read, checked, and said what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from app.channels.outcomes import Rule
from app.channels.presets import signing
from app.errors import Outcome

NAME = re.compile(r"[a-z][a-z0-9_]{1,15}")
PLACE = re.compile(r"\{([a-z_]+)\}")
GIVEN = frozenset({"text", "title", "body", "link", "label", "reference", "total", "id"})
"""Places that every notice fills; the others are fields."""
COMMON = frozenset(
    {
        *("type", "uid", "name", "enabled", "priority", "template", "health", "same_as", "kind"),
        *("rate_limit_per_minute", "fallback_for", "fallback_after_seconds", "quiet_hours"),
        *("on_when_tested", "one_tap", "only_high", "shows"),
    }
)


class FaultyRecipe(ValueError):
    """What is wrong with a file, in one sentence."""


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    label: str
    hint: str = ""
    secret: bool = False
    further: bool = False
    pattern: str = ""
    example: str = ""
    default: str | None = None
    """None: it must be given."""
    list: bool = False
    choices: dict[str, str] = {}


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    method: Literal["GET", "POST", "PUT"] = "POST"
    format: Literal["json", "form", "text"] = "json"
    """Of the body. A GET carries it in its query."""
    headers: dict[str, str] = {}
    body: dict[str, Any] | str = {}
    sign: str = ""
    """One of `signing.ALGORITHMS`."""


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    style: Literal["plain", "markdown", "slack"] = "plain"
    titled: bool = False
    """The first line is `{title}`, the others are `{body}`. Else all is `{text}`."""
    limit: int = 4000
    title_limit: int = 80
    unit: Literal["characters", "bytes"] = "characters"
    paragraphs: bool = False
    """A single line end would be lost: it is doubled."""


class Success(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an answer says that accepts; everything that is given must hold."""

    status: list[int] = []
    """Empty: 200 to 299."""
    pointer: str | None = None
    equals: str | int | bool | None = None
    """Null: there must be something at the pointer."""
    body: str | None = None
    """The whole body, without white space around it."""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a refusal says what."""

    code: str = ""
    message: str = ""
    retry_after: str = ""


class Trouble(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known refusal. `codes` are those of the body, as text."""

    outcome: Outcome
    hint: str
    codes: list[str] = []
    status: list[int] = []
    words: list[str] = []
    after: float = 0.0
    field: str = ""
    fallback: bool = False
    quota: bool = False


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str = ""
    label: str
    purpose: str
    documentation: str
    steps: list[str]
    fields: dict[str, Field]
    request: Request
    success: Success
    text: Text = Text()
    answer: Said = Said()
    errors: list[Trouble] = []
    recognise: list[str] = []
    """Patterns of addresses; named groups are fields."""
    hosts: list[str] = []
    """The only ones that it may lead to; empty: any."""
    limit_per_minute: int | None = None
    spacing: float = 0.0
    costly: bool = False
    """The form of a new one suggests high priority only."""
    position: int = 100
    words: dict[str, dict[str, str]] = {}
    """Translations of the sentences, by language."""

    def sentences(self) -> Iterator[str]:
        """What people read."""
        yield from (self.label, self.purpose, *self.steps)
        for field in self.fields.values():
            yield from filter(None, (field.label, field.hint, *field.choices.values()))
        yield from (trouble.hint for trouble in self.errors)

    @property
    def worded(self) -> bool:
        """Whether it sends a text, and not only what stands in a text that the platform has."""
        said = {place for text in _texts(self.request) for place in PLACE.findall(text)}
        return bool(said & {"text", "title", "body"})

    def rules(self) -> tuple[Rule, ...]:
        return tuple(
            Rule(
                outcome=each.outcome,
                hint=each.hint,
                source=self.documentation,
                codes=(*each.codes, *(f"http_{status}" for status in each.status)),
                words=tuple(word.lower() for word in each.words),
                after=(each.after,) if each.after else (),
                remedy="fallback" if each.fallback else "",
                quota=each.quota,
                field=each.field,
            )
            for each in self.errors
        )


def read_recipe(name: str, source: str) -> Recipe:
    """Raises FaultyRecipe with the line where one can be named, or tomllib's own error, which names
    it."""
    raw = tomllib.loads(source)
    try:
        recipe = msgspec.convert({**raw, "name": name}, Recipe)
    except msgspec.ValidationError as error:
        raise FaultyRecipe(_at(source, str(error))) from None
    for fault, word in faults(recipe):
        raise FaultyRecipe(_placed(source, fault, word))
    return recipe


def faults(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Each with a word to find its line by."""
    if not NAME.fullmatch(recipe.name):
        yield "the file's name must be 2 to 16 of a-z, 0-9 and _", ""
    if not recipe.documentation.startswith("https://"):
        yield "documentation must be the platform's own page", "documentation"
    for name, field in recipe.fields.items():
        yield from _field_faults(name, field)
    known = GIVEN | recipe.fields.keys()
    for text in _texts(recipe.request):
        for place in PLACE.findall(text):
            if place not in known:
                yield f"there is no field {place}", f"{{{place}}}"
    if recipe.request.sign and recipe.request.sign not in signing.ALGORITHMS:
        known_ones = ", ".join(signing.ALGORITHMS)
        yield f"there is no signing {recipe.request.sign}, only {known_ones}", "sign"
    if recipe.success.pointer is None and recipe.success.body is None and not recipe.success.status:
        yield "success must say what an answer looks like that accepts", "[success]"
    for pattern in recipe.recognise:
        yield from _pattern_faults(pattern, set(recipe.fields))


def _field_faults(name: str, field: Field) -> Iterator[tuple[str, str]]:
    if not PLACE.fullmatch(f"{{{name}}}") or name in GIVEN | COMMON:
        yield f"{name} cannot be the name of a field", f"[fields.{name}]"
    if field.pattern:
        yield from _pattern_faults(field.pattern, set())
    if field.choices and field.default not in field.choices:
        yield f"the default of {name} is none of its choices", f"[fields.{name}]"


def _pattern_faults(pattern: str, fields: set[str]) -> Iterator[tuple[str, str]]:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        yield f"{pattern} is no pattern: {error}", pattern
        return
    for group in groups.keys() - fields:
        yield f"there is no field {group}", pattern


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Struct):
        yield from _texts(msgspec.structs.asdict(value))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


_PATH = re.compile(r"at `\$((?:\.[\w-]+|\[[^\]]*\])+)`")


def _at(source: str, said: str) -> str:
    """The validator's sentence, with the line of the last name in its path."""
    found = _PATH.search(said) or re.search(r"field `([\w-]+)`", said)
    last = re.findall(r"[\w-]+", found[1])[-1] if found else ""
    return _placed(source, said, last)


def _placed(source: str, fault: str, word: str) -> str:
    lines = source.splitlines()
    at = next((n for n, line in enumerate(lines, 1) if word and word in line), 0)
    return f"line {at}: {fault}" if at else fault
