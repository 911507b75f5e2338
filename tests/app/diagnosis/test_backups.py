"""How old the last copy is."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from app import instance
from app.backup import BACKUP, marked, told
from app.backup.told import Round
from app.diagnosis import backups
from app.settings import Settings
from app.tables import Instance, Organization
from tests.app.backup.test_scheduled import earlier

Configure = Callable[..., Settings]


async def look(settings: Settings) -> list[tuple[str, str]]:
    return [(each.state, each.told()) for each in await backups.look(settings)]


async def test_a_desk_without_a_backup_is_told_from_its_first_day(
    org: Organization, configure: Configure
) -> None:
    settings = configure()
    [(state, said)] = await look(settings)
    assert (state, "LEAVEMSG_BACKUPS_TO" in said) == ("warn", True)

    await instance.write(BACKUP, "now")
    assert [state for state, _ in await look(settings)] == ["ok"]
    await earlier(24 * 8)
    assert [state for state, _ in await look(settings)] == ["fail"]


async def test_one_that_is_made_by_itself_is_late_after_twice_its_pause(
    org: Organization, configure: Configure
) -> None:
    settings = configure(LEAVEMSG_BACKUPS_TO="/srv", LEAVEMSG_BACKUPS_HOURS="12")
    assert [state for state, _ in await look(settings)] == ["warn"]

    good = Round(made_at="2026-11-30T00:00:00+00:00", name="x", places=["/srv"])
    await instance.write(told.ROUND, msgspec.json.encode(good).decode())
    assert [state for state, _ in await look(settings)] == ["ok"]
    await earlier(25)
    assert [state for state, _ in await look(settings)] == ["fail"]


async def test_one_that_failed_says_where_and_why(org: Organization, configure: Configure) -> None:
    settings = configure(LEAVEMSG_BACKUPS_TO="/srv")
    bad = Round(faults={"/srv": "No space left on device"})
    await instance.write(told.ROUND, msgspec.json.encode(bad).decode())

    [found] = await backups.look(settings)

    assert (found.state, found.name) == ("fail", "/srv")
    assert "No space left on device" in found.line()
    away = Round(faults={"/srv": marked.LOST})
    await instance.write(told.ROUND, msgspec.json.encode(away).decode())
    [found] = await backups.look(settings)
    assert (found.state, found.name, found.said) == ("fail", "/srv", backups.LOST)
    both = Round(faults={**bad.faults, "/mnt": marked.LOST})
    await instance.write(told.ROUND, msgspec.json.encode(both).decode())
    assert [each.name for each in await backups.look(settings)] == ["/srv", "/mnt"]
    await Instance.update({Instance.value: "[]"}).where(Instance.name == told.ROUND)
    assert [state for state, _ in await look(settings)] == ["warn"]
