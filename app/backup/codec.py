"""Values of rows as JSON, the same from both databases."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from piccolo.columns import (
    UUID,
    BigInt,
    Boolean,
    Bytea,
    Column,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)

TYPES: dict[type[Column], str] = {
    UUID: "uuid",
    Timestamptz: "time",
    Text: "text",
    Varchar: "text",
    Boolean: "boolean",
    Integer: "number",
    BigInt: "number",
    Bytea: "bytes",
}


def written(kind: str, value: Any) -> Any:
    if value is None:
        return None
    match kind:
        case "uuid":
            return str(value)
        case "time":
            return value.astimezone(dt.UTC).isoformat()
        case "bytes":
            return base64.b64encode(value).decode()
        case "boolean":
            return bool(value)
    return value


_READ: dict[str, Callable[[Any], Any]] = {
    "uuid": uuid.UUID,
    "time": dt.datetime.fromisoformat,
    "bytes": base64.b64decode,
}


def read(kinds: Sequence[str], row: Sequence[Any]) -> list[Any]:
    """Raises ValueError or TypeError for a row that was not written by this product."""
    if len(kinds) != len(row):
        raise ValueError
    return [
        value if value is None or kind not in _READ else _READ[kind](value)
        for kind, value in zip(kinds, row, strict=True)
    ]
