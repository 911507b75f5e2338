"""Changing one channel."""

from __future__ import annotations

import uuid

import pytest

from app import channel_settings, database
from app.errors import Invalid, NotFound
from app.people import audit
from app.tables import Dispatch, Organization
from tests.app.channel_settings.conftest import (
    BY,
    WECOM,
    channels,
    hook,
    leave,
    replace,
    states,
)


async def test_adding_is_bounded_too(org: Organization) -> None:
    for n in range(20):
        await channel_settings.add(org.id, hook(str(n)), by=BY)
    with pytest.raises(Invalid, match="too_many"):
        await channel_settings.add(org.id, hook("one-more"), by=BY)


async def test_changing_takes_only_what_is_given(org: Organization) -> None:
    uid = await channel_settings.add(org.id, {**WECOM, "priority": "high", "name": "群"}, by=BY)
    await channel_settings.change(org.id, uid, {"rate_limit_per_minute": 3}, by=BY)
    entry = await channel_settings.channel(org.id, uid)
    assert (entry["priority"], entry["name"], entry["rate_limit_per_minute"]) == ("high", "群", 3)
    with pytest.raises(Invalid, match="^/priority: not_a_choice"):
        await channel_settings.change(org.id, uid, {"priority": 1}, by=BY)


async def fail(uid: str) -> None:
    await database.execute(
        "UPDATE channel SET failures = 3, error_code = '93000', error = 'gone', stopped_at = ?"
        " WHERE id = ?",
        await database.now(),
        uid,
    )


async def state(org: Organization, uid: str) -> str:
    return str((await channel_settings.channel(org.id, uid))["health"]["state"])


async def test_a_mended_address_forgets_the_failures_and_a_new_name_does_not(
    org: Organization,
) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by=BY)
    await fail(uid)
    await channel_settings.change(org.id, uid, {"name": "renamed"}, by=BY)
    assert await state(org, uid) == "failing"
    await channel_settings.change(org.id, uid, hook("b"), by=BY)
    assert await state(org, uid) == "untested"


async def blocked(org: Organization) -> list[bool]:
    return [row.blocked_until is not None for row in await channels()]


async def test_the_platforms_pause_ends_only_with_another_robot(org: Organization) -> None:
    uid = await channel_settings.add(org.id, WECOM, by=BY)
    until = await database.now()
    await database.execute("UPDATE channel SET blocked_until = ?", until)
    for change in ({"name": "群"}, {"format": "text"}, {"enabled": False}, {"enabled": True}):
        await channel_settings.change(org.id, uid, change, by=BY)
    await channel_settings.switch(org.id, uid, False, by=BY)
    await channel_settings.switch(org.id, uid, True, by=BY)
    assert await blocked(org) == [True]
    other = WECOM["webhook_url"].replace("YOUR_KEY", "ANOTHER_KEY")
    await channel_settings.change(org.id, uid, {"webhook_url": other}, by=BY)
    assert await blocked(org) == [False]


async def test_a_new_channel_of_the_same_robot_is_quiet_too(org: Organization) -> None:
    first = await channel_settings.add(org.id, WECOM, by=BY)
    until = await database.now()
    await database.execute("UPDATE channel SET blocked_until = ?", until)
    await channel_settings.add(org.id, {**WECOM, "name": "twin"}, by=BY)
    await channel_settings.add(org.id, hook("other"), by=BY)
    assert sorted(await blocked(org)) == [False, True, True]
    await channel_settings.archive(org.id, first, by=BY)
    await channel_settings.add(org.id, {**WECOM, "name": "back"}, by=BY)
    assert sorted(await blocked(org)) == [False, True, True]


async def test_switched_off_it_is_owed_nothing_and_on_it_forgets_its_failures(
    org: Organization,
) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by=BY)
    await leave(org)
    await fail(uid)
    await channel_settings.switch(org.id, uid, False, by=BY)
    await leave(org, "another")
    assert await state(org, uid) == "off"
    assert await states() == [("cancelled", "channel_off")]
    await channel_settings.switch(org.id, uid, True, by=BY)
    assert await state(org, uid) == "untested"


async def test_saved_as_off_it_is_owed_nothing_either(org: Organization) -> None:
    (first,) = await replace(org, hook("a"))
    await leave(org)
    await replace(org, {**first, "enabled": False})
    assert await states() == [("cancelled", "channel_off")]


async def test_a_digest_that_waits_for_its_next_try_goes_with_its_channel(
    org: Organization,
) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by=BY)
    await leave(org)
    await leave(org, "another")
    dispatch = Dispatch(organization=org.id, channel=uid, kind="digest", state="retry", size=2)
    await Dispatch.insert(dispatch)
    await database.execute("UPDATE delivery SET state = 'sending', dispatch = ?", dispatch.id)
    await channel_settings.archive(org.id, uid, by=BY)
    assert await states() == [("cancelled", "channel_archived")] * 2
    (row,) = await database.rows(dict, "SELECT state FROM dispatch")
    assert row["state"] == "cancelled"


async def test_every_change_is_in_the_audit(org: Organization) -> None:
    uid = await channel_settings.add(org.id, WECOM, by=BY)
    await channel_settings.change(org.id, uid, {"name": "x"}, by=BY)
    await channel_settings.switch(org.id, uid, False, by=BY)
    await channel_settings.switch(org.id, uid, True, by=BY)
    await channel_settings.archive(org.id, uid, by=BY)
    told = [each.action for each in await audit.of(org.id, uid)]
    assert told == [f"channel.{what}" for what in ("added", "changed", "off", "on", "archived")]
    await replace(org)
    assert [each.action for each in await audit.of(org.id, org.id)] == ["config.replaced"]


async def test_nobody_touches_another_organizations_channel(
    org: Organization, other_org: Organization
) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by=BY)
    for work in (
        channel_settings.channel(other_org.id, uid),
        channel_settings.change(other_org.id, uid, {"name": "theirs"}, by="them"),
        channel_settings.switch(other_org.id, uid, False, by="them"),
        channel_settings.archive(other_org.id, uid, by="them"),
    ):
        with pytest.raises(NotFound):
            await work
    assert await state(org, uid) == "untested"


async def test_what_is_no_id_is_not_found(org: Organization) -> None:
    for uid in ("", "x", "\x00", str(uuid.uuid4())):
        with pytest.raises(NotFound):
            await channel_settings.switch(org.id, uid, True, by=BY)


async def test_a_change_counts_once(org: Organization) -> None:
    """Whoever is woken for it is told the number that the organization has then."""
    uid = await channel_settings.add(org.id, WECOM, by=BY)
    before = await Organization.objects().get(Organization.id == org.id)
    await channel_settings.switch(org.id, uid, True, by=BY)
    await channel_settings.change(org.id, uid, {"webhook_url": WECOM["webhook_url"] + "2"}, by=BY)
    after = await Organization.objects().get(Organization.id == org.id)
    assert before
    assert after
    assert after.wakes - before.wakes == 2
