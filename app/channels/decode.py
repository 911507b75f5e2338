"""Every fault of a configuration at once, where decoding alone would stop at the first."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

import msgspec

from app.channels.secrecy import HIDDEN
from app.errors import Invalid, Problem
from app.reading.nulls import struct_in

_PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\[(\d+)\]|\.([\w-]+)")
_LIMIT = re.compile(r"(?P<length> of length)? (?P<sign>[<>]=) (?P<limit>\d+)")
_TYPES = re.compile(r"Expected `(?P<expected>[^`]+)`, got `(?P<got>[^`]+)`")


def check(raw: Mapping[str, Any], kinds: Mapping[str, type[msgspec.Struct]]) -> None:
    """Raises Invalid."""
    kind = raw.get("type")
    if kind is None:
        raise Invalid.at("/type", "missing", "The type is missing: {choices}.", choices=_or(kinds))
    cls = kinds.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise Invalid([_unknown_type(str(kind), kinds)])
    rest = {name: value for name, value in raw.items() if name != "type"}
    problems = list(_faults(cls, rest, ""))
    if problems:
        raise Invalid(problems)


def _faults(cls: type[msgspec.Struct], raw: Mapping[str, Any], at: str) -> Iterator[Problem]:
    known = _fields(cls)
    for name in raw:
        if name not in known:
            yield _unknown_key(str(name), known, at)
    for name, field in known.items():
        pointer = f"{at}/{name}"
        if name in raw:
            yield from _value_faults(field.type, raw[name], pointer)
        elif field.required:
            yield Problem(pointer, "missing", "This is missing.")


@functools.cache
def _fields(cls: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """To read the annotations takes longer than to check them."""
    return {field.encode_name: field for field in msgspec.structs.fields(cls)}


def _value_faults(expected: Any, value: Any, pointer: str) -> Iterator[Problem]:
    nested = struct_in(expected)
    if nested and isinstance(value, Mapping):
        yield from _faults(nested, value, pointer)
        return
    try:
        msgspec.convert(value, expected)
    except msgspec.ValidationError as error:
        yield _described(str(error), expected, pointer)
    else:
        yield from _masked(value, pointer)


def _masked(value: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(value, str) and HIDDEN in value:
        yield Problem(
            pointer, "secret_masked", "This is how a secret is shown. Enter the secret itself."
        )
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _masked(inner, f"{pointer}/{name}")


def _described(message: str, expected: Any, pointer: str) -> Problem:
    place = _PLACE.search(message)
    for index, name in _STEP.findall(place["path"] if place else ""):
        pointer += f"/{index or name}"
    if "enum value" in message:
        facts = {"choices": _or(_choices(expected))}
        return Problem(pointer, "not_a_choice", "Choose one of {choices}.", facts)
    if "matching regex" in message:
        return Problem(pointer, "pattern", "This is not written as expected.")
    if limit := _LIMIT.search(message):
        return _beyond(limit, pointer)
    types = _TYPES.search(message)
    facts = types.groupdict() if types else {"expected": "?", "got": "?"}
    return Problem(pointer, "wrong_type", "Expected {expected}, got {got}.", facts)


def _beyond(limit: re.Match[str], pointer: str) -> Problem:
    facts = {"limit": limit["limit"]}
    if limit["sign"] == ">=":
        code = "too_short" if limit["length"] else "out_of_range"
        return Problem(pointer, code, "At least {limit} is needed.", facts)
    code = "too_long" if limit["length"] else "out_of_range"
    return Problem(pointer, code, "At most {limit} is allowed.", facts)


def _unknown_type(kind: str, kinds: Mapping[str, Any]) -> Problem:
    close = difflib.get_close_matches(kind.lower(), kinds, n=1)
    facts = {"name": kind[:64], "choices": _or(kinds), "suggestion": close[0] if close else ""}
    detail = "There is no type {name}; choose one of {choices}."
    if close:
        detail = "There is no type {name}. Did you mean {suggestion}?"
    return Problem("/type", "unknown_type", detail, facts)


def _unknown_key(name: str, known: Mapping[str, Any], at: str) -> Problem:
    close = difflib.get_close_matches(name, known, n=1)
    facts = {"name": name[:64], "suggestion": close[0] if close else ""}
    detail = "There is no key {name}."
    if close:
        detail += " Did you mean {suggestion}?"
    return Problem(f"{at}/{name}", "unknown_key", detail, facts)


def _choices(expected: Any) -> list[str]:
    if get_origin(expected) is Literal:
        return [str(choice) for choice in get_args(expected)]
    return [choice for inner in get_args(expected) for choice in _choices(inner)]


def _or(names: Any) -> str:
    return ", ".join(names)
