"""Structs as a person would write them: without what is the default anyway."""

from __future__ import annotations

import functools
from typing import Any

import msgspec


def written(struct: msgspec.Struct, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """What differs from the defaults, in the order of the fields."""
    found: dict[str, Any] = {}
    for field in _fields(type(struct)):
        value = getattr(struct, field.name)
        if field.name not in without and (field.required or value != _default(field)):
            found[field.encode_name] = _plain(value)
    return found


@functools.cache
def _fields(kind: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """Resolved once: msgspec evaluates every annotation each time that it is asked."""
    return msgspec.structs.fields(kind)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return written(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {_plain(key): _plain(each) for key, each in value.items()}
    return msgspec.to_builtins(value)
