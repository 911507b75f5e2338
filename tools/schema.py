"""Writes docs/schema.md: the tables, columns and indexes as the migrations make them.

python tools/schema.py           write it anew
python tools/schema.py --check   fail when it is not as it would be written
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app import database, tables
from app.database import migrate, schema

PAGE = Path(__file__).resolve().parent.parent / "docs" / "schema.md"
HEAD = """# Schema

What the migrations make, the same on PostgreSQL and SQLite. SQLite keeps `varchar(…)` as text of
any length and `bigint` as `integer`. Ids are UUIDv7; the product gives every id and every time.
Written by `tools/schema.py`; [architecture](architecture.md#the-rows) says how the tables belong
together.
"""


def page(found: schema.Schema) -> str:
    """The columns as the tables in the code say them, the indexes as a database has them."""
    said = schema.expected(tables.ALL, ())
    parts = [HEAD]
    for table in tables.ALL:
        name = table._meta.tablename
        first = re.split(r"(?<=\.)\s", " ".join((table.__doc__ or "").split()))[0]
        parts += [f"\n## {name}\n\n{first}\n\n", "| Column | Type | Null | Default | Key |\n"]
        parts.append("|---|---|---|---|---|\n")
        parts += [_column(column, shape) for column, shape in said.tables[name].items()]
        parts += _indexes({k: v for k, v in found.indexes.items() if v.table == name})
    return "".join(parts)


def _column(name: str, shape: schema.Shape) -> str:
    key = "primary" if shape.primary_key else "unique" if shape.unique else ""
    if shape.references:
        other, _, rule = shape.references.partition(" ")
        then = "is emptied when it goes" if rule == "SET NULL" else rule or "is deleted with it"
        key = f"`{other}.id`, and {then}"
    default = f"`{shape.default}`" if shape.default else ""
    cells = (f"`{name}`", f"`{shape.type}`", "yes" if shape.null else "", default, key)
    return f"| {' | '.join(cells)} |\n"


def _indexes(found: dict[str, schema.Index]) -> Iterator[str]:
    if found:
        yield "\n| Index | Columns | Unique | Only where |\n|---|---|---|---|\n"
    for name, index in sorted(found.items()):
        where = f"`{index.where}`" if index.where else ""
        unique = "yes" if index.unique else ""
        yield f"| `{name}` | `{index.columns}` | {unique} | {where} |\n"


async def fresh() -> schema.Schema:
    with tempfile.TemporaryDirectory() as folder:
        engine = database.make("", f"{folder}/fresh.sqlite")
        database.use(engine)
        await engine.open()
        try:
            await migrate.run()
            return await schema.read()
        finally:
            await engine.close()


def main() -> int:
    text = page(asyncio.run(fresh()))
    if "--check" not in sys.argv:
        PAGE.write_text(text, "utf-8")
    elif PAGE.read_text("utf-8") != text:
        print("docs/schema.md is not what the migrations make: run python tools/schema.py")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
