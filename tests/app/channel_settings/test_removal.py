"""What was removed comes back with its history."""

from __future__ import annotations

from typing import Any

import pytest

from app import channel_settings, database, outside
from app.errors import Invalid, NotFound
from app.tables import Organization
from tests.app.channel_settings.conftest import EMAIL, FIVE, WECOM, hook

BY = "owner@shop.example"


async def replace(org: Organization, *entries: Any) -> dict[str, Any]:
    return await channel_settings.replace(org.id, {"notifications": list(entries)}, by=BY)


async def test_what_is_not_listed_any_more_is_named(org: Organization) -> None:
    first = (await replace(org, *FIVE))["notifications"]
    answer = await replace(org, WECOM)
    assert [each["uid"] for each in answer["notifications"]] == [first[0]["uid"]]
    assert [(each["uid"], each["type"]) for each in answer["archived"]] == [
        (each["uid"], each["type"]) for each in first[1:]
    ]


async def test_where_nothing_was_removed_nothing_is_named_and_the_answer_can_be_sent_back(
    org: Organization,
) -> None:
    await replace(org, *FIVE)
    answer = await replace(org, WECOM)
    again = await channel_settings.replace(org.id, answer, by=BY)
    assert "archived" not in again
    assert "archived" not in await channel_settings.read(org.id)


async def test_the_same_five_again_are_the_same_five_with_their_test_state(
    org: Organization,
) -> None:
    first = (await replace(org, *FIVE))["notifications"]
    now = await database.now()
    await database.execute("UPDATE channel SET tested_at = ?, ok_at = ?, name = ?", now, now, "x")
    await replace(org, WECOM)
    again = (await replace(org, *FIVE))["notifications"]
    assert [each["uid"] for each in again] == [each["uid"] for each in first]
    assert {each["health"]["state"] for each in again} == {"ok"}
    assert {(each["name"], each["enabled"]) for each in again} == {("x", True)}
    assert len(await database.rows(dict, "SELECT id FROM channel")) == 5


async def test_what_is_off_in_the_json_comes_back_off(org: Organization) -> None:
    await replace(org, hook("a"))
    await replace(org)
    (back,) = (await replace(org, hook("a", enabled=False)))["notifications"]
    assert back["enabled"] is False


async def test_a_secret_left_out_is_the_one_of_then(org: Organization) -> None:
    (mail,) = (await replace(org, EMAIL))["notifications"]
    await replace(org)
    smtp = {**EMAIL["smtp_config"], "auth": {"user": "your-email@example.com"}}
    (back,) = (await replace(org, {**EMAIL, "smtp_config": smtp}))["notifications"]
    assert back["uid"] == mail["uid"]


async def test_it_comes_back_by_its_uid_too(org: Organization) -> None:
    (first,) = (await replace(org, hook("a")))["notifications"]
    await replace(org)
    (back,) = (await replace(org, {**hook("b"), "uid": first["uid"]}))["notifications"]
    assert back["uid"] == first["uid"]


async def test_another_place_is_another_channel(org: Organization) -> None:
    (first,) = (await replace(org, hook("a")))["notifications"]
    (second,) = (await replace(org, hook("b")))["notifications"]
    assert first["uid"] != second["uid"]


async def test_who_stood_in_for_another_does_so_again(org: Organization) -> None:
    (first,) = (await replace(org, hook("a")))["notifications"]
    second = hook("b", fallback_for=first["uid"])
    await replace(org, hook("a"), second)
    await replace(org)
    back = (await replace(org, hook("b"), hook("a")))["notifications"]
    assert [each["fallback_for"] for each in back] == [first["uid"], None]


async def test_who_stood_in_for_what_is_removed_stands_alone(org: Organization) -> None:
    (first,) = (await replace(org, hook("a")))["notifications"]
    await replace(org, hook("a"), hook("b", fallback_for=first["uid"]))
    await replace(org, hook("b"))
    (alone,) = (await replace(org, hook("b")))["notifications"]
    assert alone["fallback_for"] is None


async def test_adding_it_again_brings_it_back(org: Organization) -> None:
    uid = await channel_settings.add(org.id, hook("a", name="CRM"), by=BY)
    await channel_settings.archive(org.id, uid, by=BY)
    assert await channel_settings.add(org.id, hook("a"), by=BY) == uid
    assert (await channel_settings.channel(org.id, uid))["name"] == "CRM"


async def test_it_is_listed_and_can_be_restored(org: Organization) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by=BY)
    await database.execute("UPDATE channel SET ok_at = ?", await database.now())
    await channel_settings.archive(org.id, uid, by=BY)
    assert [each["uid"] for each in await channel_settings.removed_entries(org.id)] == [uid]
    await channel_settings.restore(org.id, uid, by=BY)
    assert await channel_settings.removed_entries(org.id) == []
    found = await channel_settings.channel(org.id, uid)
    assert (found["enabled"], found["health"]["state"]) == (True, "ok")


async def test_restored_without_ever_a_test_it_waits_for_one(org: Organization) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by=BY)
    await channel_settings.archive(org.id, uid, by=BY)
    await channel_settings.restore(org.id, uid, by=BY)
    found = await channel_settings.channel(org.id, uid)
    assert (found["enabled"], found["on_when_tested"]) == (False, True)


async def test_a_form_without_an_address_brings_nothing_back(org: Organization) -> None:
    for each in FIVE:
        await replace(org, each)
        await replace(org)
        left_out = {key: each[key] for key in each if key != "webhook_url"}
        if left_out == each:
            continue
        with pytest.raises(Invalid) as error:
            await channel_settings.add(org.id, left_out, by=BY)
        assert error.value.problems[0].pointer == "/webhook_url", each["type"]
        assert (await channel_settings.read(org.id))["notifications"] == []


async def test_only_what_is_ones_own_and_removed_comes_back(
    org: Organization, other_org: Organization
) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by=BY)
    for where, what in ((org, uid), (other_org, uid), (org, "x"), (org, "")):
        with pytest.raises(NotFound):
            await channel_settings.restore(where.id, what, by=BY)


async def test_there_are_never_more_than_twenty(org: Organization) -> None:
    gone = await channel_settings.add(org.id, hook("gone"), by=BY)
    await channel_settings.archive(org.id, gone, by=BY)
    await replace(org, *(hook(str(n)) for n in range(20)))
    with pytest.raises(Invalid):
        await channel_settings.restore(org.id, gone, by=BY)
    with pytest.raises(Invalid):
        await channel_settings.add(org.id, hook("gone"), by=BY)
    assert [each["uid"] for each in await channel_settings.removed_entries(org.id)] == [gone]


async def test_until_it_is_tested_it_is_off(org: Organization) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by=BY, until_tested=True)
    (tested,) = await channel_settings.test(org.id, outside.egress(), uid=uid)
    assert (tested.ok, tested.switched_on) == (False, False)
    assert (await channel_settings.channel(org.id, uid))["enabled"] is False
