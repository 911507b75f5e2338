"""Whether a backup could really be restored."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from app import database, instance
from app.backup import BACKUP
from app.backup.file import Unusable, Writer
from app.backup.make import make
from app.backup.verify import make_verified, verify
from app.tables import Organization
from tests.app.backup.conftest import fill, stored


async def test_it_is_restored_elsewhere_and_the_database_in_use_stays(
    org: Organization, tmp_path: Path
) -> None:
    await fill(org)
    path = tmp_path / "x.lmbak"
    await make(path)
    before, engine = await stored(), database.in_use()
    found = await verify(path)
    assert (found.rows["message"], found.rows["channel"], found.rows["agent"]) == (5, 1, 1)
    assert database.in_use() is engine
    assert await stored() == before


async def test_a_damaged_one_is_no_backup(org: Organization, tmp_path: Path) -> None:
    path = tmp_path / "x.lmbak"
    await make(path)
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(lines[:-1])))
    with pytest.raises(Unusable):
        await verify(path)


async def test_only_one_that_could_be_restored_is_remembered(
    org: Organization, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await make_verified(tmp_path)
    fact = await instance.read(BACKUP)
    assert fact is not None
    assert fact.value == made.made_at
    finish = Writer.finish

    def broken(writer: Writer) -> None:
        finish(writer)
        writer.path.write_bytes(writer.path.read_bytes()[:-9])

    monkeypatch.setattr(Writer, "finish", broken)
    await instance.write(BACKUP, "before")
    with pytest.raises(Unusable):
        await make_verified(tmp_path)
    fact = await instance.read(BACKUP)
    assert fact is not None
    assert fact.value == "before"
