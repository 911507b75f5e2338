"""Null in what programs send: of a key that may be missing it says no more than its absence."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, get_args, get_type_hints

import msgspec


def given(raw: Mapping[str, Any], shape: type[msgspec.Struct]) -> dict[str, Any]:
    """Without the optional keys that are null, also in objects further in."""
    known = _hints(shape)
    needed = {each.encode_name for each in msgspec.structs.fields(shape) if each.required}
    said = {}
    for name, value in raw.items():
        if value is None and name in known and name not in needed:
            continue
        inner = struct_in(known.get(name)) if isinstance(value, Mapping) else None
        said[name] = given(value, inner) if inner else value
    return said


def struct_in(expected: Any) -> type[msgspec.Struct] | None:
    """The first one that a type allows: `Struct | None` is a Struct to whoever fills it."""
    if isinstance(expected, type) and issubclass(expected, msgspec.Struct):
        return expected
    return next(filter(None, map(struct_in, get_args(expected))), None)


@functools.cache
def _hints(shape: type[msgspec.Struct]) -> dict[str, Any]:
    return get_type_hints(shape)
