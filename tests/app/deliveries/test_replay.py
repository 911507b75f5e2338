"""What failed can be sent again: under the limit, as it was or as it would be now, and stopped."""

import pytest

from app import (
    channel_settings,
    database,
    deliveries,
    messages,
)
from app.deliveries import Courier
from app.deliveries.forecast import forecast
from app.errors import Conflict, NotFound
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.fakes.vendors import FakeVendors

REFUSED = [{"status": 400}, {"status": 200}]


async def states() -> list[tuple[str, str]]:
    rows = await database.rows(dict, "SELECT state, reason FROM delivery ORDER BY id")
    return [(row["state"], row["reason"]) for row in rows]


async def test_one_failed_delivery_goes_again_under_a_new_id(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm", answers=REFUSED))
    left = await leave()
    await settled(courier, org)
    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    assert sent.state == "failed"

    assert await deliveries.replay(org.id, delivery=sent.uid, by="tests") == 1
    await settled(courier, org)

    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    assert sent.state == "sent"
    assert [each.outcome for each in sent.attempts] == ["permanent_content", "ok"]
    assert len(fakes.hook_report("crm")) == 2


async def test_all_failed_of_a_channel_go_again_under_the_limit(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    answers = [{"status": 400}] * 12 + [{"status": 200}]
    uid = await add("custom", fakes.add_hook("crm", answers=answers), rate_limit_per_minute=0)
    for _ in range(12):
        await leave()
    await settled(courier, org)
    assert await states() == [("failed", "permanent_content")] * 12

    await channel_settings.change(org.id, uid, {"rate_limit_per_minute": 15}, by="tests")
    assert await deliveries.replay(org.id, channel=uid, by="tests") == 12
    await settled(courier, org)
    assert len(fakes.calls("hook", "crm")) == 15


async def test_a_replay_can_be_stopped(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("custom", fakes.add_hook("crm", answers=[{"status": 400}]))
    await leave()
    await settled(courier, org)

    await deliveries.replay(org.id, channel=uid, by="tests")
    assert await deliveries.stop_replay(org.id, channel=uid, by="tests") == 1
    assert await states() == [("failed", "replay_stopped")]


async def test_since_a_time_leaves_out_what_is_older(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm", answers=[{"status": 400}]))
    await leave()
    later = await leave()
    await settled(courier, org)
    assert await deliveries.replay(org.id, since=later.created_at, by="tests") == 1


async def test_as_sent_uses_the_template_of_then(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("wecom", fakes.add_bot("wecom", "k"), template="old {{ message.content }}")
    await leave("hello")
    await settled(courier, org)
    await database.execute("UPDATE delivery SET state = 'failed'")
    await channel_settings.change(
        org.id, uid, {"template": "new {{ message.content }}"}, by="tests"
    )

    await deliveries.replay(org.id, as_sent=True, by="tests")
    await settled(courier, org)
    await database.execute("UPDATE delivery SET state = 'failed'")
    await deliveries.replay(org.id, by="tests")
    await settled(courier, org)
    texts = [call.raw.decode() for call in fakes.calls("wecom", "k")][-2:]
    assert "old hello" in texts[0]
    assert "new hello" in texts[1]


async def test_another_organization_replays_nothing_of_ours(
    org: Organization,
    other_org: Organization,
    courier: Courier,
    fakes: FakeVendors,
    add: Add,
    leave: Leave,
) -> None:
    await add("custom", fakes.add_hook("crm", answers=[{"status": 400}]))
    await leave()
    await settled(courier, org)
    assert await deliveries.replay(other_org.id, by="tests") == 0
    assert await states() == [("failed", "permanent_content")]


async def test_a_channel_that_is_off_is_not_spoken_to(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("custom", fakes.add_hook("crm", answers=[{"status": 400}]))
    left = await leave()
    await settled(courier, org)
    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    await channel_settings.switch(org.id, uid, False, by="tests")

    assert await deliveries.replay(org.id, by="tests") == 0
    with pytest.raises(Conflict, match="switched off"):
        await deliveries.replay(org.id, delivery=sent.uid, by="tests")
    await channel_settings.archive(org.id, uid, by="tests")
    assert await deliveries.replay(org.id, channel=uid, by="tests") == 0


async def test_what_waits_already_is_not_sent_twice(
    org: Organization, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    left = await leave()
    (waiting,) = (await messages.show(org.id, left.uid)).deliveries
    with pytest.raises(Conflict, match="already waiting"):
        await deliveries.replay(org.id, delivery=waiting.uid, by="tests")


async def test_who_wrote_the_same_is_told_of_when_the_first_is_handled(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm", answers=[{"status": 400}]))
    first = await leave("the same")
    await leave("the same", phone="13900139000", email="other@shop.example")
    await database.execute("UPDATE delivery SET due_at = created_at")
    await settled(courier, org)
    await messages.handle(org.id, first.uid, outcome="phone", by="tests")

    assert await deliveries.replay(org.id, by="tests") == 1
    waiting = await database.rows(dict, "SELECT purpose FROM delivery WHERE state = 'pending'")
    assert [row["purpose"] for row in waiting] == ["repeat"]


async def test_what_was_handled_meanwhile_goes_again_only_when_asked_for(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm", answers=[{"status": 400}]))
    done, _ = await leave(), await leave()
    await settled(courier, org)
    await messages.handle(org.id, done.uid, outcome="phone", by="tests")
    (sent,) = (await messages.show(org.id, done.uid)).deliveries

    assert [each.count for each in await forecast(org.id)] == [1]
    assert await deliveries.replay(org.id, by="tests") == 1
    assert await deliveries.replay(org.id, delivery=sent.uid, by="tests") == 1


async def broken_and_mended(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> tuple[str, list[str]]:
    """A channel that works again, and three messages that it was not told of."""
    answers = [{"status": 404}] * 3 + [{"status": 200}]
    uid = await add("custom", fakes.add_hook("crm", answers=answers), rate_limit_per_minute=0)
    left = [await leave(str(n)) for n in range(3)]
    await settled(courier, org)
    await database.execute("UPDATE dispatch SET state = 'failed', reason = 'permanent_config'")
    await database.execute("UPDATE delivery SET state = 'failed', reason = 'permanent_config'")
    await channel_settings.switch(org.id, uid, True, by="tests")
    return uid, [each.uid for each in left]


async def missed(org: Organization, uid: str) -> int:
    found: int = (await channel_settings.channel(org.id, uid))["health"]["missed"]
    return found


async def test_what_a_mended_channel_missed_is_offered_and_sent_once(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid, _ = await broken_and_mended(org, courier, fakes, add, leave)
    before = len(fakes.calls("hook", "crm"))
    assert await missed(org, uid) == 3
    assert await deliveries.replay(org.id, channel=uid, missed=True, by="tests") == 3
    assert await deliveries.replay(org.id, channel=uid, missed=True, by="tests") == 0
    assert await missed(org, uid) == 0
    await settled(courier, org)
    assert len(fakes.calls("hook", "crm")) == before + 3
    assert {state for state, _ in await states()} == {"sent"}


async def test_only_what_still_waits_and_failed_for_the_channel_is_offered(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid, (first, second, third) = await broken_and_mended(org, courier, fakes, add, leave)
    await messages.handle(org.id, first, outcome="none", by="tests")
    reasons = (("permanent_content", second), ("outcome_unknown", third))
    for reason, message in reasons:
        await database.execute("UPDATE delivery SET reason = ? WHERE message = ?", reason, message)
    assert await missed(org, uid) == 0
    assert await deliveries.replay(org.id, channel=uid, missed=True, by="tests") == 0


async def test_an_empty_id_never_stands_for_all(org: Organization, add: Add, leave: Leave) -> None:
    await add("custom", "http://127.0.0.1:9/hook")
    left, other = await leave(), await leave()
    await database.execute("UPDATE delivery SET state = 'failed'")
    (owed,) = (await messages.show(org.id, left.uid)).deliveries
    for chosen in (
        {"delivery": ""},
        {"channel": ""},
        {"delivery": owed.uid, "message": ""},
        {"delivery": owed.uid, "message": other.uid},
    ):
        with pytest.raises(NotFound):
            await deliveries.replay(org.id, by="tests", **chosen)
    with pytest.raises(NotFound):
        await deliveries.stop_replay(org.id, channel="", by="tests")
    assert await states() == [("failed", "")] * 2
    assert await deliveries.replay(org.id, delivery=owed.uid, message=left.uid, by="tests") == 1
