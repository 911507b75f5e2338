"""Checks a JSON object against a Struct and reports every fault at once.

msgspec stops at the first fault, but a person who writes a configuration wants to see all.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec
from msgspec import inspect

from app.errors import Invalid, Problem
from app.reading import nulls

T = TypeVar("T", bound=msgspec.Struct)

MAX_ECHO = 64
"""Characters of a key that a pointer echoes."""
MUST_BE = {
    "str": "This must be text",
    "bool": "This must be true or false",
    "int": "This must be a whole number",
    "float": "This must be a number",
    "uuid": "This must be text",
    "array": "This must be a list",
    "object": "This must be an object",
    "": "This is of another type than expected",
}
"""From msgspec's names of types to sentences for people."""

PLACE = " - at `$"
"""Before the path of a nested fault."""
_LIMIT = re.compile(r"`(?P<type>\w+)`(?: of length)? (?P<sign>[<>]=) (?P<limit>\d+)")
_TYPE = re.compile(r"Expected `(?P<type>\w+)(?: \| null)?`")


def read(raw: Mapping[str, Any], shape: type[T]) -> T:
    """The object as a Struct. Raises Invalid with every fault."""
    said = nulls.given(raw, shape)
    if found := faults(said, shape):
        raise Invalid(found)
    return msgspec.convert(said, shape)


def as_object(raw: Any) -> Mapping[str, Any]:
    """`raw` itself. Raises Invalid unless it is an object."""
    if not isinstance(raw, Mapping):
        raise Invalid.at("", "wrong_type", MUST_BE["object"])
    return raw


def as_list(raw: Any) -> list[Any]:
    """`raw` itself. Raises Invalid unless it is a list."""
    if not isinstance(raw, list):
        raise Invalid.at("", "wrong_type", MUST_BE["array"])
    return raw


def faults(
    raw: Mapping[str, Any], shape: type[msgspec.Struct], *, also: Iterable[str] = ()
) -> list[Problem]:
    """`also` are keys beside those of the Struct, which a misspelt one may have meant."""
    if _has_only(raw, shape):
        try:
            msgspec.convert(raw, shape)
            return []
        except msgspec.ValidationError:
            pass
    return list(_of_object(raw, shape, "", also))


def _has_only(raw: Mapping[str, Any], shape: type[msgspec.Struct]) -> bool:
    """Whether it has no key that the Struct does not know, also in nested objects."""
    known = nulls.fields(shape)
    for name, value in raw.items():
        if (field := known.get(name)) is None:
            return False
        if field.struct and isinstance(value, Mapping) and not _has_only(value, field.struct):
            return False
    return True


def pointer(*parts: Any) -> str:
    """A JSON Pointer (RFC 6901)."""
    escaped = (str(part)[:MAX_ECHO].replace("~", "~0").replace("/", "~1") for part in parts)
    return "".join(f"/{part}" for part in escaped)


def unknown(name: str, known: Iterable[str], at: str = "") -> Problem:
    """`name` is no key of the object at the pointer `at`."""
    key = name[:MAX_ECHO]
    place = at + pointer(name)
    near = difflib.get_close_matches(key, list(known), 1)
    if not near:
        return Problem(place, "unknown_key", "There is no key {key}", {"key": key})
    detail = "There is no key {key}; did you mean {near}?"
    return Problem(place, "unknown_key", detail, {"key": key, "near": near[0]})


def _of_object(
    raw: Mapping[str, Any], shape: type[msgspec.Struct], at: str, also: Iterable[str] = ()
) -> Iterator[Problem]:
    known = nulls.fields(shape)
    for name, value in raw.items():
        if name not in known:
            yield unknown(str(name), (*known, *also), at)
            continue
        field = known[name]
        if field.struct and isinstance(value, Mapping):
            yield from _of_object(value, field.struct, at + pointer(name))
        else:
            yield from _of_plain(value, field.type, at, name)
    for name, field in known.items():
        if field.required and name not in raw:
            yield Problem(at + pointer(name), "missing", "This is missing.")


def _of_value(value: Any, declared: Any, at: str, name: Any) -> Iterator[Problem]:
    nested = nulls.struct_in(declared)
    if nested and isinstance(value, Mapping):
        yield from _of_object(value, nested, at + pointer(name))
    else:
        yield from _of_plain(value, declared, at, name)


def _of_plain(value: Any, declared: Any, at: str, name: Any) -> Iterator[Problem]:
    """`value` is that of the key or the place `name`, of what stands at `at`."""
    try:
        msgspec.convert(value, declared)
    except msgspec.ValidationError as error:
        at += pointer(name)
        inner = list(_within(value, declared, at)) if PLACE in str(error) else []
        yield from inner or [_described(str(error), declared, at)]


def _within(value: Any, declared: Any, at: str) -> Iterator[Problem]:
    """Faults of every value in a list or mapping."""
    if (of_each := _each(declared)) is None:
        return
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
    for name, inner in pairs:
        yield from _of_value(inner, of_each, at, name)


def _each(declared: Any) -> Any:
    """The declared type of a list's or mapping's values."""
    if get_origin(declared) in {list, dict}:
        return get_args(declared)[-1]
    if get_origin(declared) is tuple and get_args(declared)[-1] is Ellipsis:
        return get_args(declared)[0]
    return next(filter(None, map(_each, get_args(declared))), None)


def _described(message: str, declared: Any, at: str) -> Problem:
    """msgspec's message for programmers as a fault with our own code and words."""
    found = _TYPE.search(message)
    kind = found["type"] if found else ""
    choices = _choices(declared)
    if "enum value" in message or (choices and kind == "str"):
        return Problem(at, "not_a_choice", "Use one of {known}", {"known": ", ".join(choices)})
    if limit := _LIMIT.search(message):
        return _beyond(limit, declared, at)
    if "matching regex" in message or message.startswith("Invalid"):
        return Problem(at, "pattern", "This is not written as expected.")
    return Problem(at, "wrong_type", MUST_BE.get(kind, MUST_BE[""]))


def _beyond(limit: re.Match[str], declared: Any, at: str) -> Problem:
    facts = {"limit": limit["limit"]}
    least = limit["sign"] == ">="
    if limit["type"] in {"str", "array", "object"}:
        if least and limit["limit"] == "1":
            return Problem(at, "too_short", "This must not be empty")
        if limit["type"] == "str" and not least:
            return Problem(at, "too_long", "Use at most {limit} characters", facts)
        code = "too_short" if least else "too_long"
    else:
        code = "out_of_range"
        low, high = _bounds(declared)
        if low is not None and high is not None:
            facts = {"low": f"{low}", "high": f"{high}"}
            return Problem(at, code, "Use a number from {low} to {high}", facts)
    detail = "At least {limit} is needed." if least else "At most {limit} is allowed."
    return Problem(at, code, detail, facts)


def _bounds(declared: Any) -> tuple[int | None, int | None]:
    """The least and the most that a number may be."""
    found = inspect.type_info(declared)
    if isinstance(found, inspect.Metadata):
        found = found.type
    of = found.types if isinstance(found, inspect.UnionType) else (found,)
    numbers = (each for each in of if isinstance(each, inspect.IntType))
    return next(((each.ge, each.le) for each in numbers), (None, None))


def _choices(declared: Any) -> list[str]:
    if get_origin(declared) is Literal:
        return [str(choice) for choice in get_args(declared)]
    return [choice for inner in get_args(declared) for choice in _choices(inner)]
