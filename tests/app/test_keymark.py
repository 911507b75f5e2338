"""Whether the secret key is the one that the data was written with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from app import channel_settings, database, keymark
from app.errors import Misconfigured
from app.tables import Instance, Organization

OTHER = {"LEAVEMSG_SECRET_KEY": "o" * 40}
HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook", "name": "CRM"}


@pytest.fixture(autouse=True)
async def unmarked(db: str) -> AsyncIterator[None]:
    """The mark outlives organizations, so each test begins without one, and leaves none."""
    await database.execute("DELETE FROM instance")
    yield
    await database.execute("DELETE FROM instance")


async def test_new_data_belongs_to_the_key_that_it_was_begun_with(
    configure: Callable[..., Any],
) -> None:
    assert await keymark.state() == "new"
    await keymark.settle()
    assert await keymark.state() == "same"
    configure(**OTHER)
    assert await keymark.state() == "other"
    with pytest.raises(Misconfigured, match=r"CONFIG LEAVEMSG_SECRET_KEY: .*leavemsg key accept"):
        await keymark.settle()
    configure()
    await keymark.settle()


async def test_the_mark_does_not_tell_the_key(configure: Callable[..., Any]) -> None:
    configure(**OTHER)
    await keymark.settle()
    (row,) = await database.rows(dict, "SELECT value FROM instance")
    assert "ooo" not in row["value"]


async def test_data_without_a_mark_is_known_by_what_can_be_read(
    org: Organization, configure: Callable[..., Any]
) -> None:
    """As an earlier version left it."""
    await channel_settings.add(org.id, HOOK, by="tests")
    configure(**OTHER)
    with pytest.raises(Misconfigured):
        await keymark.settle()
    assert not await Instance.exists()
    configure()
    await keymark.settle()
    assert await keymark.state() == "same"


async def test_who_mended_a_lost_key_before_there_were_marks_goes_on(
    org: Organization, configure: Callable[..., Any]
) -> None:
    await channel_settings.add(org.id, {**HOOK, "name": "old"}, by="tests")
    configure(**OTHER)
    await channel_settings.add(org.id, HOOK, by="tests")
    await keymark.settle()
    assert await keymark.unreadable() == ["old"]


async def test_another_key_is_taken_when_somebody_says_so(
    org: Organization, configure: Callable[..., Any]
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    await keymark.settle()
    configure(**OTHER)
    await keymark.accept()
    await keymark.settle()
    assert await keymark.unreadable() == ["CRM"]


async def test_two_that_begin_together_with_a_key_each_do_not_both_go_on(
    configure: Callable[..., Any],
) -> None:
    """Whoever was second is told, although nothing was there when it looked."""
    await keymark.settle()
    (row,) = await database.rows(dict, "SELECT value FROM instance")
    await database.execute("DELETE FROM instance")
    configure(**OTHER)
    assert await keymark.state() == "new"
    await asyncio.gather(keymark.settle(), keymark.settle())
    assert (await database.rows(dict, "SELECT value FROM instance"))[0]["value"] != row["value"]


async def test_a_rotation_leaves_the_mark_of_a_key_that_came_meanwhile(
    configure: Callable[..., Any],
) -> None:
    oldest, newer, newest = (each * 40 for each in "abc")
    configure(LEAVEMSG_SECRET_KEY=oldest)
    await keymark.settle()
    configure(LEAVEMSG_SECRET_KEY=newest, LEAVEMSG_OTHER_SECRET_KEYS=f"{newer} {oldest}")
    await keymark.settle()

    configure(LEAVEMSG_SECRET_KEY=newer, LEAVEMSG_OTHER_SECRET_KEYS=oldest)
    await keymark.only_this()

    assert await keymark.state() == "other"
    configure(LEAVEMSG_SECRET_KEY=newest, LEAVEMSG_OTHER_SECRET_KEYS=newer)
    assert await keymark.state() == "same"
