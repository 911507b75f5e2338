"""Which strings of the OpenAPI document are times. msgspec says so only of those that always have
an offset, and all that we answer have one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import inspect

Schema = dict[str, Any]
TIME = "date-time"


def told(schemas: Schema, types: Iterable[type]) -> None:
    """Adds the format to the schemas of these structs, and of those within them."""
    for struct in _structs(inspect.multi_type_info(types), set()):
        fields = schemas.get(struct.cls.__name__, {}).get("properties", {})
        for field in struct.fields:
            if _is_time(field.type):
                _tell(fields[field.encode_name])


def _structs(found: Iterable[Any], seen: set[type]) -> Iterator[inspect.StructType]:
    for each in found:
        if isinstance(each, inspect.StructType):
            if each.cls not in seen:
                seen.add(each.cls)
                yield each
                yield from _structs((field.type for field in each.fields), seen)
        else:
            yield from _structs(_within(each), seen)


def _within(kind: Any) -> Iterator[Any]:
    """What a type is made of: a union's, an annotated one's, a list's or an object's."""
    yield from getattr(kind, "types", ())
    yield from getattr(kind, "item_types", ())
    for name in ("type", "item_type", "key_type", "value_type"):
        if isinstance(inner := getattr(kind, name, None), inspect.Type):
            yield inner


def _is_time(kind: Any) -> bool:
    return isinstance(kind, inspect.DateTimeType) or any(
        _is_time(each) for each in _within(kind) if not isinstance(kind, inspect.StructType)
    )


def _tell(schema: Schema) -> None:
    if schema.get("type") == "string":
        schema["format"] = TIME
    for each in (*schema.get("anyOf", ()), schema.get("items")):
        if isinstance(each, dict):
            _tell(each)
