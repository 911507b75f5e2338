"""Changing the configuration."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import msgspec
import pytest

from app import channel_settings, database
from app.deliveries.sealed import sender_of
from app.errors import Invalid, NotFound
from app.tables import Organization
from tests.app.channel_settings.conftest import (
    BY,
    CUSTOM,
    EMAIL,
    FIVE,
    SECRETS,
    WECOM,
    channels,
    faults,
    hook,
    leave,
    replace,
    states,
)


async def test_the_five_examples_are_taken_as_they_are(org: Organization) -> None:
    saved = await replace(org, *FIVE)
    assert [each["type"] for each in saved] == ["wecom", "dingtalk", "feishu", "email", "custom"]
    assert all(each["enabled"] for each in saved)
    assert all(uuid.UUID(each["uid"]) for each in saved)
    assert {each["health"]["state"] for each in saved} == {"untested"}


async def test_no_secret_comes_back(org: Organization) -> None:
    answer = await channel_settings.replace(org.id, {"notifications": list(FIVE)}, by=BY)
    told = msgspec.json.encode(answer).decode()
    assert [secret for secret in SECRETS if secret in told] == []
    assert "smtp.example.com" in told
    assert "qyapi.weixin.qq.com" in told


async def test_the_database_holds_no_readable_secret(org: Organization) -> None:
    await replace(org, *FIVE)
    kept = " ".join(
        str(value) for row in await channels() for value in msgspec.structs.astuple(row)
    )
    kept += " ".join(str(row) for row in await database.rows(dict, "SELECT * FROM audit"))
    assert [secret for secret in SECRETS if secret in kept] == []


async def test_what_was_read_can_be_saved_again_and_changes_nothing(org: Organization) -> None:
    await replace(org, *FIVE)
    before = [sender_of(row) for row in await channels()]
    read = await channel_settings.read(org.id)
    again = await channel_settings.replace(org.id, read, by=BY)
    assert again == read
    assert [sender_of(row) for row in await channels()] == before


async def test_without_uid_the_same_target_is_the_same_channel(org: Organization) -> None:
    first = await replace(org, *FIVE)
    again = await replace(org, *({**each, "name": "renamed"} for each in reversed(FIVE)))
    assert {each["uid"] for each in first} == {each["uid"] for each in again}
    assert {each["name"] for each in again} == {"renamed"}
    assert [each["type"] for each in again][0] == "custom"
    assert len(await channels()) == 5


async def test_another_target_of_the_same_kind_is_another_channel(org: Organization) -> None:
    (first,) = await replace(org, hook("a"))
    (second,) = await replace(org, hook("b"))
    assert first["uid"] != second["uid"]


async def test_a_uid_changes_that_channel_and_keeps_its_history(org: Organization) -> None:
    (first,) = await replace(org, hook("a", name="CRM"))
    await leave(org)
    (second,) = await replace(org, {"uid": first["uid"], **hook("b")})
    assert second["uid"] == first["uid"]
    assert second["name"] == "CRM"
    assert await states() == [("pending", "")]


async def test_a_secret_left_out_or_masked_stays(org: Organization) -> None:
    (mail,) = await replace(org, EMAIL)
    smtp = {**EMAIL["smtp_config"], "auth": {"user": "new@example.com"}}
    await replace(org, {**EMAIL, "uid": mail["uid"], "smtp_config": smtp})
    await replace(org, {**mail, "to": ["other@example.com"]})
    (row,) = await channels()
    sender: Any = sender_of(row)
    assert msgspec.to_builtins(sender)["smtp_config"]["auth"]["pass"] == "your-password"
    assert sender.to == ["other@example.com"]


async def test_a_secret_does_not_follow_to_another_host(org: Organization) -> None:
    (mail,) = await replace(org, EMAIL)
    moved = {**mail, "smtp_config": {**mail["smtp_config"], "host": "evil.example"}}
    assert await faults(org, {"notifications": [moved]}) == [
        ("/notifications/0/smtp_config/auth/pass", "secret_needed")
    ]


async def test_what_is_no_longer_listed_is_archived_with_its_log(org: Organization) -> None:
    first, second = await replace(org, hook("a"), hook("b"))
    await leave(org)
    assert [each["uid"] for each in await replace(org, hook("b"))] == [second["uid"]]
    gone, kept = await channels()
    assert (gone.enabled, gone.archived_at is not None) == (False, True)
    assert (kept.enabled, kept.archived_at) == (True, None)
    assert await states() == [("cancelled", "channel_archived"), ("pending", "")]
    with pytest.raises(NotFound):
        await channel_settings.channel(org.id, first["uid"])


async def test_an_empty_list_archives_all(org: Organization) -> None:
    await replace(org, *FIVE)
    assert await replace(org) == []


async def test_what_the_payload_leaves_out_stays(org: Organization) -> None:
    await replace(org, WECOM, rate_limit_per_minute=7, rate_limit_total_per_minute=20)
    saved = await channel_settings.replace(org.id, {"dedup_window_seconds": 0}, by=BY)
    assert [each["type"] for each in saved["notifications"]] == ["wecom"]
    limits = ("rate_limit_per_minute", "rate_limit_total_per_minute", "dedup_window_seconds")
    assert [saved[name] for name in limits] == [7, 20, 0]


async def test_every_fault_is_named_with_its_place(org: Organization) -> None:
    payload = {
        "notifications": [
            {"type": "wecom", "webhook_url": "http://example.com/x", "priority": "urgent"},
            {"type": "smoke"},
            "wecom",
            {**EMAIL, "to": [], "name": "n" * 65},
            {**CUSTOM, "method": "HEAD", "enabled": "yes", "rate_limit_per_minute": -1},
            {**hook("x"), "uid": str(uuid.uuid4())},
            {**hook("x"), "template": 7, "fallback_after_seconds": True, "fallback_for": "x"},
        ],
        "rate_limit_per_minute": 1001,
        "dedup_window_seconds": "10",
        "rate_limit": 10,
    }
    found = {pointer for pointer, _ in await faults(org, payload)}
    assert found >= {
        *("/rate_limit", "/rate_limit_per_minute", "/dedup_window_seconds"),
        *("/notifications/0/priority", "/notifications/1/type", "/notifications/2"),
        *("/notifications/3/name", "/notifications/3/to", "/notifications/4/method"),
        *("/notifications/4/enabled", "/notifications/4/rate_limit_per_minute"),
        *("/notifications/5/uid", "/notifications/6/template"),
        *("/notifications/6/fallback_after_seconds", "/notifications/6/fallback_for"),
    }


async def test_one_fault_saves_nothing(org: Organization) -> None:
    await replace(org, hook("a"), rate_limit_per_minute=7)
    before = await channels()
    broken = {"notifications": [hook("b"), {"type": "smoke"}], "rate_limit_per_minute": 9}
    await faults(org, broken)
    assert await channels() == before
    assert (await channel_settings.read(org.id))["rate_limit_per_minute"] == 7


async def test_an_unknown_key_is_named_with_the_one_that_was_meant(org: Organization) -> None:
    with pytest.raises(Invalid) as caught:
        await replace(org, {**WECOM, "priorty": "high"}, **{"a/b~c": 1, "rate_limit_per_minut": 1})
    told = [(each.pointer, each.facts.get("near")) for each in caught.value.problems]
    assert told == [
        ("/a~1b~0c", None),
        ("/rate_limit_per_minut", "rate_limit_per_minute"),
        ("/notifications/0/priorty", "priority"),
    ]


async def test_an_unknown_key_of_a_notification_is_named(org: Organization) -> None:
    found = await faults(org, {"notifications": [{**WECOM, "webhook": "x"}]})
    assert found == [("/notifications/0/webhook", "unknown_key")]


async def test_notifications_are_a_list_of_twenty_at_most(org: Organization) -> None:
    for wrong in ({}, "x", 7):
        assert await faults(org, {"notifications": wrong}) == [("/notifications", "wrong_type")]
    many = [hook(str(n)) for n in range(21)]
    assert await faults(org, {"notifications": many}) == [("/notifications", "too_many")]


async def test_null_leaves_a_setting_as_it_is(org: Organization) -> None:
    (first,) = await replace(org, hook("a"))
    before = await channel_settings.read(org.id)
    nulls = dict.fromkeys(("notifications", "rate_limit_per_minute", "dedup_window_seconds"))
    assert await channel_settings.replace(org.id, nulls, by="tests") == before
    assert before["notifications"][0]["uid"] == first["uid"]


async def test_a_channel_is_named_once(org: Organization) -> None:
    (first,) = await replace(org, hook("a"))
    twice = [{**hook("a"), "uid": first["uid"]}, {**hook("b"), "uid": first["uid"]}]
    assert await faults(org, {"notifications": twice}) == [("/notifications/1/uid", "unknown_uid")]


async def test_a_channel_that_one_entry_names_is_not_guessed_for_another(
    org: Organization,
) -> None:
    (first,) = await replace(org, hook("a"))
    saved = await replace(org, hook("a"), {**hook("b"), "uid": first["uid"]})
    assert saved[0]["uid"] != first["uid"]
    assert saved[1]["uid"] == first["uid"]


async def test_another_organizations_channel_is_unknown(
    org: Organization, other_org: Organization
) -> None:
    (mine,) = await replace(org, hook("a"))
    named = {**hook("b"), "uid": mine["uid"]}
    assert await faults(other_org, {"notifications": [named]}) == [
        ("/notifications/0/uid", "unknown_uid")
    ]
    await replace(other_org, hook("a"))
    assert [each["uid"] for each in (await channel_settings.read(org.id))["notifications"]] == [
        mine["uid"]
    ]


async def test_a_fallback_that_cannot_be_is_named_with_its_place(org: Organization) -> None:
    first, second = await replace(org, hook("a"), hook("b"))
    for wanted in (second["uid"], str(uuid.uuid4())):
        entries = [{**hook("a"), "uid": first["uid"]}, {**second, "fallback_for": wanted}]
        assert await faults(org, {"notifications": entries}) == [
            ("/notifications/1/fallback_for", "unknown_uid")
        ]
    saved = await replace(org, first, {**second, "fallback_for": first["uid"]})
    assert saved[1]["fallback_for"] == first["uid"]


async def test_ten_who_save_the_same_at_once_make_one_configuration(org: Organization) -> None:
    saved = await asyncio.gather(*(replace(org, *FIVE) for _ in range(10)))
    assert len({tuple(each["uid"] for each in listed) for listed in saved}) == 1
    assert len(await channels()) == 5
