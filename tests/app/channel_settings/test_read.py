"""Reading the configuration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from app import channel_settings, database
from app.errors import Invalid, NotFound
from app.tables import Organization
from tests.app.channel_settings.conftest import EMAIL, FIVE, SECRETS, hook

HEALTH = {
    *("state", "last_ok_at", "last_error_at", "last_error_code", "last_error", "hint", "facts"),
    *("failures", "failing_since", "paused_until", "tested_at"),
}


async def health(org: Organization, uid: str, **columns: Any) -> dict[str, Any]:
    names = ", ".join(f"{name} = ?" for name in columns)
    if columns:
        await database.execute(f"UPDATE channel SET {names} WHERE id = ?", *columns.values(), uid)
    found: dict[str, Any] = (await channel_settings.channel(org.id, uid))["health"]
    return found


async def test_a_new_organization_has_no_channel(org: Organization) -> None:
    assert (await channel_settings.read(org.id))["notifications"] == []


async def test_channels_stand_in_the_order_in_which_they_were_written(org: Organization) -> None:
    await channel_settings.replace(org.id, {"notifications": list(reversed(FIVE))}, by="tests")
    listed = (await channel_settings.read(org.id))["notifications"]
    assert [each["type"] for each in listed] == [each["type"] for each in reversed(FIVE)]


async def test_what_every_channel_has(org: Organization) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by="tests")
    entry = await channel_settings.channel(org.id, uid)
    assert (entry["uid"], entry["type"], entry["name"]) == (uid, "custom", "")
    assert entry["enabled"]
    assert (entry["priority"], entry["rate_limit_per_minute"]) == ("normal", None)
    assert (entry["template"], entry["fallback_for"]) == ("", None)
    assert set(entry["health"]) >= HEALTH


async def test_the_states_of_health(org: Organization) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by="tests")
    now = dt.datetime.now(dt.UTC)
    assert (await health(org, uid))["state"] == "untested"
    assert (await health(org, uid, ok_at=now))["state"] == "ok"
    later = now + dt.timedelta(minutes=10)
    assert (await health(org, uid, paused_until=later))["state"] == "paused"
    assert (await health(org, uid, paused_until=now))["state"] == "ok"
    blocked = await health(org, uid, blocked_until=later)
    assert (blocked["state"], blocked["paused_until"]) == ("paused", later)
    assert (await health(org, uid, blocked_until=None))["state"] == "ok"
    assert (await health(org, uid, failures=1))["state"] == "failing"
    assert (await health(org, uid, failures=0, stopped_at=now))["state"] == "failing"
    assert (await health(org, uid, enabled=False))["state"] == "off"


async def test_the_last_error_is_told_only_while_it_is_true(org: Organization) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by="tests")
    wrong = {"error_code": "93000", "error": "invalid", "hint": "Look at {x}", "facts": '{"x":"y"}'}
    found = await health(org, uid, failures=2, **wrong)
    assert (found["last_error_code"], found["last_error"]) == ("93000", "invalid")
    assert (found["hint"], found["facts"], found["failures"]) == ("Look at {x}", {"x": "y"}, 2)
    found = await health(org, uid, failures=0)
    assert (found["last_error_code"], found["last_error"], found["hint"]) == ("", "", "")


async def test_another_secret_key_breaks_nothing_and_shows_nothing(
    org: Organization, configure: Callable[..., Any]
) -> None:
    await channel_settings.replace(org.id, {"notifications": list(FIVE)}, by="tests")
    configure(LEAVEMSG_SECRET_KEY="another-" + "x" * 32)
    listed = (await channel_settings.read(org.id))["notifications"]
    assert [each["type"] for each in listed] == [each["type"] for each in FIVE]
    assert [secret for secret in SECRETS if secret in str(listed)] == []


async def test_with_another_secret_key_every_secret_is_entered_anew(
    org: Organization, configure: Callable[..., Any]
) -> None:
    uid = await channel_settings.add(org.id, EMAIL, by="tests")
    masked = await channel_settings.channel(org.id, uid)
    configure(LEAVEMSG_SECRET_KEY="another-" + "x" * 32)
    with pytest.raises(Invalid, match="/smtp_config/auth/pass"):
        await channel_settings.change(org.id, uid, masked, by="tests")
    await channel_settings.change(org.id, uid, EMAIL, by="tests")
    assert (await channel_settings.channel(org.id, uid))["smtp_config"][
        "host"
    ] == "smtp.example.com"


async def test_only_ones_own_channels_are_found(org: Organization, other_org: Organization) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by="tests")
    assert (await channel_settings.read(other_org.id))["notifications"] == []
    for wrong in (other_org.id, org.id):
        with pytest.raises(NotFound):
            await channel_settings.channel(wrong, uid if wrong == other_org.id else "x")


async def test_a_pause_says_why_until_something_arrives(org: Organization) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by="tests")
    now = dt.datetime.now(dt.UTC)
    before, later = now - dt.timedelta(minutes=1), now + dt.timedelta(minutes=10)
    wrong = {"error_code": "45009", "error": "too fast", "hint": "Wait", "error_at": now}
    found = await health(org, uid, blocked_until=later, ok_at=before, **wrong)
    assert (found["state"], found["failures"]) == ("paused", 0)
    assert (found["last_error_code"], found["hint"]) == ("45009", "Wait")
    found = await health(org, uid, ok_at=later)
    assert (found["state"], found["last_error_code"], found["hint"]) == ("paused", "", "")


async def test_the_kind_of_one_that_was_removed_is_known_and_of_anothers_is_not(
    org: Organization, other_org: Organization
) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by="tests")
    await channel_settings.archive(org.id, uid, by="tests")
    assert await channel_settings.kind_of(org.id, uid) == "custom"
    with pytest.raises(NotFound):
        await channel_settings.kind_of(other_org.id, uid)
