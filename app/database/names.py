"""Tables and columns by attribute in SQL text, so that mypy sees a renamed column."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from piccolo.columns import Column
from piccolo.table import Table

T = TypeVar("T", bound=Table)


class Names:
    """A table whose attributes are the columns' names as text."""

    def __init__(self, table: type[Table], alias: str) -> None:
        name = table._meta.tablename
        self._from = f"{name} {alias}" if alias else name
        prefix = f"{alias}." if alias else ""
        vars(self).update(
            (each._meta.name, prefix + each._meta.db_column_name) for each in table._meta.columns
        )

    def __str__(self) -> str:
        return self._from


def names(table: type[T], alias: str = "") -> type[T]:
    """For f-strings: with `d = names(Delivery, "d")`, `{d}` is `delivery d` and `{d.state}` is
    `d.state`. For mypy it is the table."""
    return cast("type[T]", Names(table, alias))


def columns(*each: Any, of: str = "") -> str:
    """A list for SELECT or INSERT, of columns of a table or of `names`; `of` is the alias of a
    table."""
    prefix = f"{of}." if of else ""
    return ", ".join(one if isinstance(one, str) else prefix + name_of(one) for one in each)


def name_of(column: Column) -> str:
    return column._meta.db_column_name
