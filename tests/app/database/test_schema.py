"""What the databases say of their tables, and the page that shows it."""

from __future__ import annotations

from app import database, tables
from app.database import schema
from app.database.schema import Index, Shape
from app.piccolo_migrations import app_2026_11_29_indexes, app_2026_11_29_tables
from tests.documents import read
from tools.schema import page


async def test_both_databases_have_what_the_tables_in_the_code_say(db: str) -> None:
    found = await schema.read()
    wanted = schema.expected(tables.ALL, ())._replace(indexes=found.indexes)

    assert schema.differences(wanted, found) == []
    if not isinstance(database.engine(), database.SQLite):
        assert wanted == found


async def test_the_page_shows_what_both_databases_have(db: str) -> None:
    """`python tools/schema.py` writes it anew."""
    assert page(await schema.read()) == read("docs/schema.md")


async def test_a_database_is_described_in_the_same_words(db: str) -> None:
    found = await schema.read()

    assert found.tables["account"]["email"].unique
    assert found.tables["session"]["agent"] == Shape("uuid", references="agent")
    file = found.tables["visitor_file"]["message"]
    assert file == Shape("uuid", null=True, references="message SET NULL")
    assert found.tables["channel"]["enabled"] == Shape("boolean", default="true")
    assert found.tables["message"]["told_at"] == Shape("timestamptz", null=True)
    assert found.indexes["message_reference"] == Index(
        "message", "organization, reference", unique=True
    )
    assert found.indexes["dispatch_open"] == Index(
        "dispatch", "organization", where="state IN ('sending', 'retry')"
    )


async def test_a_table_of_somebody_else_harms_nobody(db: str) -> None:
    await database.execute("CREATE TABLE theirs (a INTEGER, b INTEGER, PRIMARY KEY (a, b))")
    found = await schema.read()
    await database.execute("DROP TABLE theirs")
    wanted = schema.expected(tables.ALL, ())._replace(indexes=found.indexes)

    assert schema.differences(wanted, found) == []


def test_the_first_migrations_say_every_index_in_a_form_that_is_read() -> None:
    said = schema.expected(app_2026_11_29_tables.TABLES, app_2026_11_29_indexes.INDEXES)

    assert len(said.indexes) == len(app_2026_11_29_indexes.INDEXES)
