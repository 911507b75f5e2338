"""A JSON object against a Struct: every fault at once, each with its place.

msgspec stops at the first fault; who writes a configuration by hand wants to see all of them.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from app.errors import Invalid, Problem
from app.reading import nulls
from web.http.words import N_

T = TypeVar("T", bound=msgspec.Struct)

# A key is echoed in its pointer; nobody needs more of it to find it.
MAX_ECHO = 64
WRONG_TYPE = {
    str: N_("This must be text"),
    bool: N_("This must be true or false"),
    int: N_("This must be a whole number"),
    dict: N_("This must be an object"),
}


def pointer(*parts: Any) -> str:
    """A JSON Pointer (RFC 6901)."""
    escaped = (str(part)[:MAX_ECHO].replace("~", "~0").replace("/", "~1") for part in parts)
    return "".join(f"/{part}" for part in escaped)


def read(raw: Mapping[str, Any], shape: type[T]) -> T:
    """The object as the Struct that it was declared to be. Raises Invalid with every fault."""
    said = nulls.given(raw, shape)
    found = faults(said, shape)
    if found:
        raise Invalid(found)
    return msgspec.convert(said, shape)


def faults(raw: Mapping[str, Any], shape: type[msgspec.Struct]) -> list[Problem]:
    return list(_of_object(raw, shape, ()))


def _of_object(
    raw: Mapping[str, Any], shape: type[msgspec.Struct], path: tuple[str, ...]
) -> Iterator[Problem]:
    known = _hints(shape)
    for name, value in raw.items():
        if name in known:
            yield from _of_value(value, known[name], (*path, name))
        else:
            yield unknown((*path, name), known)


@functools.cache
def _hints(shape: type[msgspec.Struct]) -> dict[str, Any]:
    return get_type_hints(shape)


def _of_value(value: Any, declared: Any, path: tuple[str, ...]) -> Iterator[Problem]:
    kind = get_origin(declared) or declared
    if kind is Literal:
        if value not in get_args(declared):
            known = ", ".join(str(choice) for choice in get_args(declared))
            yield Problem(
                pointer(*path), "not_a_choice", N_("Use one of {known}"), {"known": known}
            )
    elif issubclass(kind, msgspec.Struct):
        if isinstance(value, dict):
            yield from _of_object(value, kind, path)
        else:
            yield Problem(pointer(*path), "wrong_type", WRONG_TYPE[dict])
    elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield Problem(pointer(*path), "wrong_type", WRONG_TYPE[kind])


def unknown(path: Sequence[str], known: Iterable[str]) -> Problem:
    """The last of `path` is not a key that there is."""
    key = path[-1][:MAX_ECHO]
    near = difflib.get_close_matches(key, list(known), 1)
    if not near:
        return Problem(pointer(*path), "unknown_key", N_("There is no key {key}"), {"key": key})
    detail = N_("There is no key {key}; did you mean {near}?")
    return Problem(pointer(*path), "unknown_key", detail, {"key": key, "near": near[0]})
