"""Null in programs' JSON: for an optional key it means the same as its absence."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from typing import Any, get_args, get_origin

import msgspec


def given(raw: Mapping[str, Any], shape: type[msgspec.Struct]) -> dict[str, Any]:
    """Without optional keys that are null, also in nested objects."""
    known = fields(shape)
    said = {}
    for name, value in raw.items():
        field = known.get(name)
        if field is None:
            said[name] = value
        elif value is not None or field.required:
            inner = field.struct
            said[name] = given(value, inner) if inner and isinstance(value, Mapping) else value
    return said


def without(raw: Mapping[str, Any], *, nullable: Collection[str]) -> dict[str, Any]:
    """Without keys that are null, except `nullable` ones."""
    return {key: raw[key] for key in raw if raw[key] is not None or key in nullable}


def struct_in(expected: Any) -> type[msgspec.Struct] | None:
    """The first Struct that a type allows, as in `Struct | None`; not one in a list or mapping."""
    if isinstance(expected, type) and issubclass(expected, msgspec.Struct):
        return expected
    if get_origin(expected) in {list, dict, tuple}:
        return None
    return next(filter(None, map(struct_in, get_args(expected))), None)


class Field(msgspec.Struct, frozen=True):
    """`struct` is the Struct that the type allows."""

    required: bool
    type: Any
    struct: type[msgspec.Struct] | None


@functools.cache
def fields(shape: type[msgspec.Struct]) -> dict[str, Field]:
    """By key; cached, as reading annotations takes longer than checking."""
    return {
        each.encode_name: Field(each.required, each.type, struct_in(each.type))
        for each in msgspec.structs.fields(shape)
    }
