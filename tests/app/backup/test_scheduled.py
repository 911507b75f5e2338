"""Backups that are made by themselves."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app import instance
from app.backup import marked, places, scheduled, sealed, told
from app.backup.verify import verify
from app.errors import Unavailable
from app.files import bucket
from app.settings import Settings
from app.tables import Instance, Organization
from tests.app.backup.conftest import fill
from tests.fakes.s3 import FakeS3

Configure = Callable[..., Settings]


@pytest.fixture
async def store(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeS3]:
    monkeypatch.setattr(bucket, "RETRIES", 0)
    async with FakeS3() as running:
        yield running


async def earlier(hours: float) -> None:
    """As if everything had been so much earlier."""
    i = Instance
    for fact in await i.select(i.name, i.at):
        moved = fact["at"] - dt.timedelta(hours=hours)
        await i.update({i.at: moved}).where(i.name == fact["name"])


async def taken_after(hours: float) -> None:
    """Not sooner."""
    await earlier(hours - 0.1)
    assert not await scheduled.take()
    await earlier(0.2)
    assert await scheduled.take()


async def test_it_lies_sealed_in_every_place_and_can_be_restored(
    org: Organization, configure: Configure, store: FakeS3, tmp_path: Path
) -> None:
    await fill(org)
    identity, recipient = sealed.new()
    near = tmp_path / "near"
    configure(LEAVEMSG_BACKUPS_TO=f"{near},{store.url}", LEAVEMSG_BACKUPS_RECIPIENTS=recipient)

    done = await scheduled.run()

    assert (done.faults, done.messages, done.sealed, len(done.places)) == ({}, 5, True, 2)
    [path] = near.glob("leavemsg-*")
    assert path.name == done.name
    assert store.objects == {f"desk/{done.name}": path.read_bytes()}
    (tmp_path / "key").write_text(identity)
    plain = tmp_path / "plain.lmbak"
    sealed.unseal(path, plain, tmp_path / "key")
    assert (await verify(plain)).rows["message"] == 5


async def test_one_place_that_is_away_does_not_keep_the_others_from_theirs(
    org: Organization, configure: Configure, store: FakeS3, tmp_path: Path
) -> None:
    store.away = True
    near = tmp_path / "near"
    configure(LEAVEMSG_BACKUPS_TO=f"{store.url},{near}")

    done = await scheduled.run()

    assert done.places == [str(near)]
    assert [place.startswith("http://127.0.0.1") for place in done.faults] == [True]
    fact = await told.last()
    assert fact is not None
    assert told.read(fact) == done
    assert not await scheduled.take()
    await earlier(0.6)
    assert await scheduled.take()


async def test_what_is_not_whole_there_is_told_and_nothing_older_goes(
    org: Organization, configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "leavemsg-20260101T000000Z.lmbak"
    old.write_bytes(b"old")
    configure(
        LEAVEMSG_BACKUPS_TO=str(tmp_path), LEAVEMSG_BACKUPS_KEEP="1", LEAVEMSG_BACKUPS_WEEKS="0"
    )
    put = places.InFolder.put

    async def half(place: places.InFolder, name: str, path: Path) -> None:
        await put(place, name, path)
        (place.path / name).write_bytes(b"half")

    with monkeypatch.context() as broken:
        broken.setattr(places.InFolder, "put", half)
        done = await scheduled.run()
    assert done.faults == {str(tmp_path): scheduled.DIFFERENT}
    assert old.exists()

    done = await scheduled.run()
    assert done.faults == {}
    assert not old.exists()


async def test_a_disk_that_is_not_mounted_is_told_and_gets_no_copy(
    org: Organization, configure: Configure, tmp_path: Path
) -> None:
    near, unmounted = tmp_path / "near", tmp_path / "unmounted"
    configure(LEAVEMSG_BACKUPS_TO=f"{unmounted},{near}")
    assert (await scheduled.run()).faults == {}

    unmounted.rename(tmp_path / "disk")
    done = await scheduled.run()

    assert (done.faults, done.places) == ({str(unmounted): marked.LOST}, [str(near)])
    assert not unmounted.exists()

    (tmp_path / "disk").rename(unmounted)
    assert (await scheduled.run()).faults == {}


async def test_many_workers_make_one_and_the_next_after_the_pause(
    org: Organization, configure: Configure, tmp_path: Path
) -> None:
    configure(LEAVEMSG_BACKUPS_TO=str(tmp_path), LEAVEMSG_BACKUPS_HOURS="12")
    taken = await asyncio.gather(*(scheduled.take() for _ in range(5)))
    assert sorted(taken) == [False] * 4 + [True]

    await instance.write(scheduled.TRY, scheduled.DONE)
    await taken_after(12)


async def test_what_a_dead_process_left_is_taken_over(
    org: Organization, configure: Configure, tmp_path: Path
) -> None:
    configure(LEAVEMSG_BACKUPS_TO=str(tmp_path))
    assert await scheduled.take()
    await taken_after(6)


async def test_a_folder_without_room_is_a_fault_and_no_error(
    org: Organization, configure: Configure, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/backups").write_text("no folder")
    configure(LEAVEMSG_BACKUPS_TO=str(tmp_path), LEAVEMSG_DATA_DIR=str(tmp_path / "data"))

    done = await scheduled.run()

    assert (done.made_at, list(done.faults)) == ("", [""])


async def test_what_a_killed_process_left_goes_with_the_next_unless_it_may_be_in_use(
    org: Organization, configure: Configure, tmp_path: Path
) -> None:
    room = tmp_path / "data/backups"
    configure(LEAVEMSG_BACKUPS_TO=str(tmp_path / "far"), LEAVEMSG_DATA_DIR=str(tmp_path / "data"))
    old = time.time() - scheduled.LEASE.total_seconds() - 60
    for name in ("leavemsg-backup-d3ad1234.part", "leavemsg-backup-s10w1234.part", "mine"):
        (room / name / "leavemsg-verify-x").mkdir(parents=True)
        (room / name / "leavemsg-verify-x/restored.sqlite").write_text("plain")
        for path in (*(room / name).rglob("*"), room / name):
            os.utime(path, (old, old))
    # Its file still grows, which its folder does not say.
    os.utime(room / "leavemsg-backup-s10w1234.part/leavemsg-verify-x/restored.sqlite")

    assert (await scheduled.run()).faults == {}

    assert sorted(each.name for each in room.iterdir()) == ["leavemsg-backup-s10w1234.part", "mine"]


def test_a_reason_is_said_where_the_database_says_nothing_else() -> None:
    assert scheduled.why(Unavailable(reason="disk_full")) == "disk_full"
    assert scheduled.why(Unavailable("/srv: No space left on device")).startswith("/srv")
    assert scheduled.why(OSError()) == "OSError"
