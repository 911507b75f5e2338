"""Putting a backup into an empty database."""

from __future__ import annotations

import gzip
import uuid
from pathlib import Path

import pytest

from app import database
from app.backup.file import Manifest, TableLine, Unusable, Writer
from app.backup.make import make
from app.backup.restore import restore
from app.database import migrate
from app.errors import Conflict
from app.people import organizations
from app.tables import Organization
from tests.app.backup.conftest import another, emptied, fill, stored

EMPTY = gzip.compress(b"", mtime=0)
OTHER = gzip.compress(b"{}\n", mtime=0)


async def test_every_row_comes_back_through_the_other_kind_of_database_too(
    org: Organization, tmp_path: Path
) -> None:
    await fill(org)
    first = tmp_path / "first.lmbak"
    made = await make(first)
    before = await stored()
    assert made.messages == 5
    async with another(tmp_path / "other.sqlite"):
        await restore(first)
        assert await stored() | {"instance": []} == before | {"instance": []}
        assert await migrate.state() == "ok"
        second = tmp_path / "second.lmbak"
        await make(second)
    await emptied()
    done = await restore(second)
    assert done.rows == {table: len(rows) for table, rows in (await stored()).items()} | {
        "instance": done.rows["instance"]
    }
    assert await stored() | {"instance": []} == before | {"instance": []}


async def test_a_database_that_is_in_use_is_never_filled(org: Organization, tmp_path: Path) -> None:
    await fill(org)
    path = tmp_path / "x.lmbak"
    await make(path)
    before = await stored()
    with pytest.raises(Conflict):
        await restore(path)
    assert await stored() == before


async def test_a_backup_of_an_older_version_is_brought_up_to_date(
    org: Organization, tmp_path: Path
) -> None:
    """Its tables are made as they were then, filled, and changed as every upgrade does."""
    path, older = tmp_path / "old.lmbak", migrate.known()[:4]
    writer = Writer(path)
    writer.head(Manifest(version="0.0.9", made_at="2026-11-29T00:00:00Z", migrations=[*older]))
    writer.table(
        TableLine(
            table="organization",
            columns=[("id", "uuid"), ("slug", "text"), ("name", "text"), ("created_at", "time")],
        )
    )
    writer.add([[str(uuid.uuid4()), "older", "以前的店", "2026-11-01T00:00:00+00:00"]])
    writer.finish()
    async with another(tmp_path / "new.sqlite"):
        await restore(path)
        assert await database.values(str, "SELECT name FROM organization") == ["以前的店"]
        assert await migrate.state() == "ok"
    await emptied()
    with pytest.raises(Conflict):
        await restore(path)


@pytest.mark.parametrize("contents", [b"", b"no gzip", EMPTY, OTHER])
async def test_what_is_no_backup_is_said_and_nothing_is_changed(
    org: Organization, tmp_path: Path, contents: bytes
) -> None:
    path = tmp_path / "x.lmbak"
    path.write_bytes(contents)
    with pytest.raises(Unusable):
        await restore(path)
    with pytest.raises(Unusable):
        await restore(tmp_path / "missing")
    assert await organizations.by_id(org.id)


async def test_a_backup_that_is_cut_off_leaves_the_database_as_it_was(
    org: Organization, tmp_path: Path
) -> None:
    await fill(org)
    path = tmp_path / "x.lmbak"
    await make(path)
    whole = path.read_bytes()
    await emptied()
    for length in range(0, len(whole), max(1, len(whole) // 20)):
        path.write_bytes(whole[:length])
        with pytest.raises(Unusable):
            await restore(path)
        assert await database.value(int, "SELECT COUNT(*) FROM message") == 0
    lines = gzip.decompress(whole).decode().splitlines(keepends=True)
    path.write_bytes(gzip.compress("".join(lines[:-3] + lines[-1:]).encode()))
    with pytest.raises(Unusable):
        await restore(path)
    path.write_bytes(gzip.compress("".join([*lines, lines[-1]]).encode()))
    with pytest.raises(Unusable):
        await restore(path)
    path.write_bytes(whole)
    await restore(path)
    assert await database.value(int, "SELECT COUNT(*) FROM message") == 5


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"leavemsg_backup":1', '"leavemsg_backup":2'),
        ('"migrations":[', '"migrations":["9999-01-01T00:00:00:000000",'),
        ('"table":"organization"', '"table":"sqlite_master"'),
        ('["slug","text"]', '["slug\\" --","text"]'),
    ],
)
async def test_a_backup_of_something_newer_or_foreign_is_refused(
    org: Organization, tmp_path: Path, old: str, new: str
) -> None:
    path = tmp_path / "x.lmbak"
    await make(path)
    text = gzip.decompress(path.read_bytes()).decode()
    assert old in text
    path.write_bytes(gzip.compress(text.replace(old, new, 1).encode()))
    with pytest.raises(Unusable):
        await restore(path)
    assert await organizations.by_id(org.id)
