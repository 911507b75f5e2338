"""Making a backup while the product runs."""

from __future__ import annotations

import asyncio
import datetime as dt
import stat
from pathlib import Path

import pytest

from app import database, instance
from app.backup import BACKUP
from app.backup import make as making
from app.backup.make import make, place
from app.backup.verify import verify
from app.errors import Misconfigured
from app.tables import Organization
from tests.app.backup.conftest import fill, leave

NOW = dt.datetime(2026, 11, 30, 2, 5, tzinfo=dt.UTC)


def test_in_a_folder_the_file_is_named_by_the_time(tmp_path: Path) -> None:
    assert place(tmp_path, NOW) == tmp_path / "leavemsg-20261130T020500Z.lmbak"
    assert place(tmp_path / "x.bak", NOW) == tmp_path / "x.bak"


async def test_it_is_readable_by_its_owner_only(org: Organization, tmp_path: Path) -> None:
    made = await make(tmp_path)
    path = Path(made.path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


async def test_what_is_written_meanwhile_is_not_half_in_it(
    org: Organization, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(org)
    add, loop = making._add, asyncio.get_running_loop()
    left: list[str] = []

    def slowly(*arguments: object) -> None:
        if len(left) < 5:
            left.append("x")
            asyncio.run_coroutine_threadsafe(leave(org, f"later {len(left)}"), loop).result(20)
        add(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "_add", slowly)
    made = await make(tmp_path / "x.lmbak")
    assert len(left) == 5
    assert made.messages == 5
    assert await database.value(int, "SELECT COUNT(*) FROM message") == 10
    assert (await verify(Path(made.path))).rows["message"] == 5


async def test_where_nothing_can_be_written_it_says_so_and_leaves_nothing(
    org: Organization, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    for where in (tmp_path / "none" / "x", tmp_path / "file" / "x"):
        with pytest.raises(Misconfigured, match="name a folder that can be written"):
            await make(where)
    assert await instance.read(BACKUP) is None
