"""The blanks of a channel's form, made from the fields of its kind."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import inspect

from app.channels.fields import Asked
from app.channels.kinds import KINDS

Control = Literal[
    "secret", "text", "number", "switch", "choice", "checks", "list", "pairs", "code", "value"
]

BY_TYPE: dict[type[inspect.Type], Control] = {
    inspect.BoolType: "switch",
    inspect.IntType: "number",
    inspect.LiteralType: "choice",
    inspect.ListType: "list",
    inspect.DictType: "pairs",
    inspect.StrType: "text",
    inspect.UnionType: "value",
}


class Blank(msgspec.Struct, frozen=True, kw_only=True):
    """`path` is the value's path in the channel's JSON, and the name of the input."""

    path: str
    control: Control
    label: str
    hint: str = ""
    required: bool = False
    further: bool = False
    """Needed by few: under "More settings"."""
    choices: tuple[tuple[str, str], ...] = ()
    default: Any = ""
    group: str = ""
    """The path of the object that it is a part of, if that may be left out."""
    decides: bool = False
    """Left empty, the group is left out."""
    attributes: dict[str, str] = {}


@cache
def blanks(kind: str) -> tuple[Blank, ...]:
    """The blanks of a kind, those for "More settings" last."""
    found = list(_blanks(KINDS[kind], "", group="", required=True))
    placeholder = {"placeholder": KINDS[kind].example}
    found = [_with(blank, placeholder) if blank.path == "webhook_url" else blank for blank in found]
    return tuple(sorted(found, key=lambda blank: blank.further))


def _blanks(
    shape: type[msgspec.Struct], above: str, *, group: str, required: bool
) -> Iterator[Blank]:
    described = inspect.type_info(shape)
    assert isinstance(described, inspect.StructType)
    for field in described.fields:
        path = f"{above}{field.encode_name}"
        if inner := _object(field.type):
            may_be_left_out = isinstance(field.type, inspect.UnionType)
            yield from _blanks(
                inner,
                f"{path}/",
                group=path if may_be_left_out else group,
                required=required and field.required,
            )
        else:
            yield _blank(field, path, group=group, required=required and field.required)


def _object(described: inspect.Type) -> type[msgspec.Struct] | None:
    options = described.types if isinstance(described, inspect.UnionType) else (described,)
    return next((each.cls for each in options if isinstance(each, inspect.StructType)), None)


def _blank(field: inspect.Field, path: str, *, group: str, required: bool) -> Blank:
    assert isinstance(field.type, inspect.Metadata), f"nobody knows how to ask for {path}"
    said, asked = field.type.extra_json_schema or {}, (field.type.extra or {})["asked"]
    return Blank(
        path=path,
        control=_control(field.type, asked),
        label=said["title"],
        hint=said.get("description", ""),
        required=required,
        further=asked.further,
        choices=_choices(field.type, asked),
        default=_default(field, asked),
        group=group,
        decides=asked.decides,
        attributes=dict(asked.attributes),
    )


def _control(described: inspect.Metadata, asked: Asked) -> Control:
    if (described.extra_json_schema or {}).get("format") == "password":
        return "secret"
    if _of_each(described):
        return "checks"
    return "code" if asked.code else BY_TYPE[type(described.type)]


def _of_each(described: inspect.Metadata) -> inspect.LiteralType | None:
    """The choices of a list of some of them."""
    of = described.type.item_type if isinstance(described.type, inspect.ListType) else None
    return of if isinstance(of, inspect.LiteralType) else None


def _choices(described: inspect.Metadata, asked: Asked) -> tuple[tuple[str, str], ...]:
    found = _of_each(described) or described.type
    values = found.values if isinstance(found, inspect.LiteralType) else ()
    return tuple((asked.choices or {str(value): str(value) for value in values}).items())


def _default(field: inspect.Field, asked: Asked) -> Any:
    """The proposed value or the default; empty for required fields, lists and objects."""
    if asked.proposed is not None:
        return asked.proposed
    return "" if field.default is msgspec.NODEFAULT else field.default


def _with(blank: Blank, attributes: dict[str, str]) -> Blank:
    return msgspec.structs.replace(blank, attributes={**blank.attributes, **attributes})
