"""What every table is built with."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TypeVar

import uuid_utils.compat
from piccolo.columns import UUID, ForeignKey, OnDelete
from piccolo.table import Table

T = TypeVar("T", bound=Table)


def new_id() -> uuid.UUID:
    """UUIDv7: sorts by time of creation."""
    return uuid_utils.compat.uuid7()


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def own_id() -> UUID:
    return UUID(primary_key=True, default=new_id)


def owner(references: type[T], *, null: bool = False) -> ForeignKey[T]:
    return ForeignKey(references, null=null, on_delete=OnDelete.cascade, index=False)
