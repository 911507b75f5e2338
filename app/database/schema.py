"""A database's schema: as the code expects it, as the database has it, and the differences. Both
kinds of database are described in the same terms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from piccolo.columns import (
    UUID,
    BigInt,
    Boolean,
    Bytea,
    Column,
    ForeignKey,
    Integer,
    OnDelete,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from app import database

CREATE_INDEX = re.compile(
    r"""CREATE (UNIQUE )?INDEX (\w+) ON "?(\w+)"? \(((?:[^()]|\([^()]*\))*)\)(?: WHERE (.*))?"""
)
TYPES: dict[type[Column], str] = {
    UUID: "uuid",
    Timestamptz: "timestamptz",
    Text: "text",
    Boolean: "boolean",
    Integer: "integer",
    BigInt: "bigint",
    Bytea: "bytea",
}
SQLITE_TYPES = {"bigint": "integer", "bytea": "blob"}
POSTGRES_TYPES = {"timestamp with time zone": "timestamptz", "character varying": "varchar"}


class Shape(NamedTuple):
    """One column. `default` is SQL; `references` names a table, and what happens when its row goes,
    unless this one goes with it."""

    type: str
    null: bool = False
    default: str | None = None
    primary_key: bool = False
    unique: bool = False
    references: str = ""


class Index(NamedTuple):
    table: str
    columns: str
    unique: bool = False
    where: str = ""


class Schema(NamedTuple):
    tables: dict[str, dict[str, Shape]]
    indexes: dict[str, Index]


def expected(tables: Iterable[type[Table]], statements: Iterable[str]) -> Schema:
    """The schema of the code: its tables, and its statements that create indexes."""
    columns = {
        table._meta.tablename: {each._meta.name: _shape(each) for each in table._meta.columns}
        for table in tables
    }
    return Schema(columns, _named(statements))


def _shape(column: Column) -> Shape:
    references = ""
    if isinstance(column, ForeignKey):
        other = column._foreign_key_meta.resolved_references
        references, type_ = other._meta.tablename, _shape(other._meta.primary_key).type
        if column._foreign_key_meta.on_delete != OnDelete.cascade:
            references += f" {column._foreign_key_meta.on_delete.value}"
    else:
        type_ = f"varchar({column.length})" if isinstance(column, Varchar) else TYPES[type(column)]
    meta = column._meta
    return Shape(type_, meta.null, _literal(column), meta.primary_key, meta.unique, references)


def _literal(column: Column) -> str | None:
    default = getattr(column, "default", None)
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, str):
        return f"'{default}'"
    if isinstance(default, bytes):
        return f"'\\x{default.hex()}'"
    return str(default) if isinstance(default, int) else None


def _named(statements: Iterable[str]) -> dict[str, Index]:
    """The indexes by name. Statements of another form are not ours and left out."""
    found = filter(None, map(CREATE_INDEX.fullmatch, statements))
    return {
        name: Index(table, columns, bool(unique), _condition(where or ""))
        for unique, name, table, columns, where in (each.groups() for each in found)
    }


def _condition(where: str) -> str:
    """A condition without PostgreSQL's additions: casts, parentheses, arrays."""
    bare = re.sub(r"::(text|character varying)(\[\])?|[()]", "", where)
    listed = re.sub(r"= ANY ARRAY\[(.*?)\]", r"IN \1", bare)
    return re.sub(r"IN ('[^']*'(?:, '[^']*')*)", r"IN (\1)", listed)


async def read() -> Schema:
    """The database's schema, without the table of migrations."""
    if isinstance(database.engine(), database.SQLite):
        return await _read_sqlite()
    return await _read_postgres()


async def _read_sqlite() -> Schema:
    indexes = _named(await database.values(str, SQLITE_INDEXES))
    return Schema(_tables(await database.rows(_Column, SQLITE_COLUMNS)), indexes)


async def _read_postgres() -> Schema:
    indexes = {
        each.name: Index(each.tab, each.columns, bool(each.uni), _condition(each.cond or ""))
        for each in await database.rows(_Index, POSTGRES_INDEXES)
    }
    return Schema(_tables(await database.rows(_Column, POSTGRES_COLUMNS)), indexes)


class _Index(msgspec.Struct):
    name: str
    tab: str
    columns: str
    uni: bool | None
    cond: str | None


class _Column(msgspec.Struct):
    tab: str
    name: str
    type: str
    required: bool
    said: str | None
    first: bool | None
    uni: bool | None
    other: str | None


def _tables(rows: Iterable[_Column]) -> dict[str, dict[str, Shape]]:
    tables: dict[str, dict[str, Shape]] = {}
    for row in rows:
        default = re.sub(r"::[a-z ]+$", "", row.said or "null")
        tables.setdefault(row.tab, {})[row.name] = Shape(
            _type(row.type.lower()),
            not row.required,
            None if default == "null" else default,
            bool(row.first),
            bool(row.uni),
            row.other or "",
        )
    return tables


def _type(name: str) -> str:
    for long, short in POSTGRES_TYPES.items():
        name = name.replace(long, short)
    return name


def differences(wanted: Schema, found: Schema) -> list[str]:
    """Each as a phrase that names the table and the column or index. Unknown tables are ignored:
    they are somebody else's."""
    said = [f"table {name} is missing" for name in wanted.tables if name not in found.tables]
    for name in wanted.tables.keys() & found.tables.keys():
        said += _differences(name, wanted.tables[name], found.tables[name])
    for name, index in wanted.indexes.items():
        if name not in found.indexes:
            said.append(f"index {name} on table {index.table} is missing")
        elif found.indexes[name] != index:
            said.append(f"index {name} on table {index.table} is another one")
    for name, index in found.indexes.items():
        if index.unique and index.table in wanted.tables and name not in wanted.indexes:
            said.append(f"unique index {name} on table {index.table} is unknown")
    return sorted(said)


def _differences(table: str, wanted: dict[str, Shape], found: dict[str, Shape]) -> list[str]:
    said = [f"column {table}.{name} is missing" for name in wanted.keys() - found.keys()]
    said += [f"column {table}.{name} is unknown" for name in found.keys() - wanted.keys()]
    for name in wanted.keys() & found.keys():
        want, have = _comparable(wanted[name]), _comparable(found[name])
        if want.default is None:
            # The code always sets it, so the database's default is never used.
            have = have._replace(default=None)
        said += [
            f"column {table}.{name}: {part.replace('_', ' ')} is {_word(have_it)},"
            f" {_word(want_it)} is expected"
            for part, want_it, have_it in zip(Shape._fields, want, have, strict=True)
            if want_it != have_it
        ]
    return said


def _comparable(shape: Shape) -> Shape:
    """On SQLite without lengths and integer sizes, which it does not tell apart, and with the
    default that bytes have there."""
    if not isinstance(database.engine(), database.SQLite):
        return shape
    bare = re.sub(r"\(\d+\)", "", shape.type)
    default = "''" if shape.default == "'\\x'" else shape.default
    return shape._replace(type=SQLITE_TYPES.get(bare, bare), default=default)


def _word(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value or "nothing"


SQLITE_COLUMNS = """
SELECT t.name AS tab, c.name, c.type, c."notnull" AS required, c.dflt_value AS said,
  c.pk > 0 AS first,
  (SELECT f."table" || CASE f.on_delete WHEN 'CASCADE' THEN '' ELSE ' ' || f.on_delete END
   FROM pragma_foreign_key_list(t.name) f WHERE f."from" = c.name) AS other,
  EXISTS (SELECT 1 FROM pragma_index_list(t.name) u JOIN pragma_index_info(u.name) i
   WHERE u.origin = 'u' AND i.name = c.name) AS uni
FROM sqlite_master t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'migration'
ORDER BY t.name, c.cid
"""
SQLITE_INDEXES = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
POSTGRES_COLUMNS = """
SELECT t.relname AS tab, c.attname AS name, format_type(c.atttypid, c.atttypmod) AS type,
  c.attnotnull AS required, pg_get_expr(d.adbin, d.adrelid) AS said,
  k.p AS first, k.u AS uni, k.f AS other
FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = c.attnum
CROSS JOIN LATERAL (
  SELECT bool_or(contype = 'p') AS p, bool_or(contype = 'u') AS u,
    max(CASE WHEN contype = 'f' THEN r.relname || CASE confdeltype WHEN 'c' THEN ''
      WHEN 'n' THEN ' SET NULL' WHEN 'd' THEN ' SET DEFAULT' WHEN 'r' THEN ' RESTRICT'
      ELSE ' NO ACTION' END END) AS f
  FROM pg_constraint k LEFT JOIN pg_class r ON r.oid = k.confrelid
  WHERE k.conrelid = t.oid AND k.conkey = ARRAY[c.attnum]
) k
WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
  AND t.relname <> 'migration'
ORDER BY t.relname, c.attnum
"""
POSTGRES_INDEXES = """
SELECT n.relname AS name, t.relname AS tab, i.indisunique AS uni,
  pg_get_expr(i.indpred, i.indrelid) AS cond,
  (SELECT string_agg(coalesce(a.attname, pg_get_indexdef(n.oid, k.place::int, true)), ', '
                     ORDER BY k.place)
   FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
   LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) AS columns
FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
WHERE t.relnamespace = current_schema()::regnamespace AND t.relname <> 'migration'
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = n.oid AND c.contype <> 'f')
"""
