"""Piccolo's way from a query to its text, without what it looks up anew every time though it never
changes. A page of the console asks some dozens of queries, and their text took longer than their
answers. What comes out is the same: `tests/app/database/test_compiling.py` compares it with
Piccolo's own."""

from __future__ import annotations

import datetime as dt
import functools
import string
import uuid
from collections.abc import Hashable, Sequence
from typing import Any

from piccolo import table
from piccolo.columns import JSON, Column, ForeignKey
from piccolo.columns import combination as conditions
from piccolo.query import mixins
from piccolo.query.methods.select import Select
from piccolo.querystring import QueryString
from piccolo.utils.sql_values import convert_to_sql_value

PLAIN = frozenset({str, int, bool, float, bytes, type(None), uuid.UUID, dt.datetime, dt.date})
"""Types of values, which are no part of the text. To ask an abstract class of Piccolo whether they
belong to it takes long."""
TEMPLATES = 4096


@functools.lru_cache(TEMPLATES)
def _parts(template: str) -> tuple[str, ...]:
    return tuple(prefix for prefix, *_ in string.Formatter().parse(template))


def _is_a(value: object, parent: type) -> bool:
    return _is_below(type(value), parent)  # type: ignore[arg-type]


@functools.cache
def _is_below(kind: Hashable, parent: Hashable) -> bool:
    return issubclass(kind, parent)  # type: ignore[arg-type]


def _compile(
    query: QueryString, engine_type: str = "postgres"
) -> tuple[str, list[Any]]:  # As QueryString.compile_string has it.
    if query._frozen_compiled_strings is not None:
        return query._frozen_compiled_strings
    text: list[str] = []
    values: list[Any] = []
    _write(query, text, values, numbered=engine_type != "sqlite")
    return "".join(text), values


def _write(query: QueryString, text: list[str], values: list[Any], *, numbered: bool) -> None:
    given = query.args
    for index, part in enumerate(_parts(query.template)):
        text.append(part)
        if index >= len(given):
            continue
        value = given[index]
        if type(value) not in PLAIN and _is_a(value, QueryString):
            _write(value, text, values, numbered=numbered)
        else:
            values.append(value)
            text.append(f"${len(values)}" if numbered else "?")


def _arguments(
    query: QueryString, given: Sequence[Any]
) -> tuple[Sequence[Any], Sequence[Column]]:  # As QueryString.process_args has it.
    columns: list[Column] = []
    for each in given:
        if type(each) in PLAIN:
            continue
        if not _is_a(each, QueryString):
            return PICCOLOS["process_args"](query, given)  # type: ignore[no-any-return]
        columns += each.columns
    return list(given), columns


def _value(value: Any, column: Column) -> Any:
    if type(value) in PLAIN and not _is_a(column, JSON):
        return value
    return convert_to_sql_value(value=value, column=column)


def _joins(query: Select[Any], columns: Sequence[Any]) -> list[str]:
    if all(_is_a(each, Column) and not each._meta.call_chain for each in columns):
        return []
    return PICCOLOS["_get_joins"](query, columns)  # type: ignore[no-any-return]


OF_THE_CLASS = frozenset(dir(ForeignKey))


def _attribute(column: ForeignKey[Any], name: str) -> Any:
    """Piccolo lists every attribute of the column first, in search of one of the other table."""
    if name in OF_THE_CLASS:
        found = object.__getattribute__(column, name)
        if not _is_a(found, Column):
            return found
    return PICCOLOS["__getattribute__"](column, name)


def _select_string(column: Column, engine_type: str, with_alias: bool = True) -> QueryString:
    meta = column._meta
    if column._alias or meta.call_chain:
        return PICCOLOS["get_select_string"](column, engine_type, with_alias)  # type: ignore[no-any-return]
    return _own(meta.table._meta.tablename, meta.db_column_name, with_alias)


@functools.lru_cache(TEMPLATES)
def _own(table_name: str, name: str, with_alias: bool) -> QueryString:
    """A column of the table that is asked; nobody changes it."""
    return QueryString(f'"{table_name}"."{name}"' + (f' AS "{name}"' if with_alias else ""))


REPLACED: tuple[tuple[Any, str, Any], ...] = (
    (QueryString, "compile_string", _compile),
    (QueryString, "process_args", _arguments),
    (Select, "_get_joins", _joins),
    (ForeignKey, "__getattribute__", _attribute),
    (Column, "get_select_string", _select_string),
    *((module, "convert_to_sql_value", _value) for module in (conditions, mixins, table)),
)
PICCOLOS = {name: getattr(owner, name) for owner, name, _ in REPLACED}
for _owner, _name, _ours in REPLACED:
    setattr(_owner, _name, _ours)
