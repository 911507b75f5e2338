"""Folders that are not the ones that had the earlier backups."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app import instance
from app.backup import marked, told
from app.backup.told import Round
from app.errors import Unavailable
from app.tables import Organization


async def test_one_that_lost_its_mark_or_has_another_is_refused_until_it_is_accepted(
    org: Organization, tmp_path: Path
) -> None:
    folder, other = tmp_path / "there", tmp_path / "other"
    await marked.check(folder)
    await marked.check(other)
    await marked.check(folder)
    mark = folder / marked.MARK

    for wrong in ("", (other / marked.MARK).read_text()):
        mark.write_text(wrong)
        with pytest.raises(Unavailable, match="is its disk mounted"):
            await marked.check(folder)
    mark.unlink()
    with pytest.raises(Unavailable):
        await marked.check(folder)
    assert not mark.exists()

    await marked.accept()
    await marked.check(folder)
    assert mark.exists()


async def test_a_mark_that_is_there_is_taken_by_another_installation(
    org: Organization, tmp_path: Path
) -> None:
    await marked.check(tmp_path)
    before = (tmp_path / marked.MARK).read_text()
    await marked.accept()
    await marked.check(tmp_path)
    await marked.check(tmp_path)
    assert (tmp_path / marked.MARK).read_text() == before


async def test_from_before_there_were_marks_an_empty_folder_is_not_the_one_of_the_last_backup(
    org: Organization, tmp_path: Path
) -> None:
    folder = tmp_path / "there"
    last = Round(made_at="2026-11-30T00:00:00+00:00", name="x", places=[str(folder)])
    await instance.write(told.ROUND, msgspec.json.encode(last).decode())
    with pytest.raises(Unavailable):
        await marked.check(folder)
    assert not folder.exists()

    folder.mkdir()
    (folder / "leavemsg-20261130T000000Z.lmbak").write_text("")
    await marked.check(folder)
    (folder / "leavemsg-20261130T000000Z.lmbak").unlink()
    await marked.check(folder)
