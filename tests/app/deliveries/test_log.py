"""The log says of every delivery how it went and what it waits for, and a test is called a test."""

import datetime as dt
import uuid

import pytest

from app import (
    channel_settings,
    database,
    messages,
    outside,
)
from app.deliveries import Courier, log
from app.deliveries.log import Filter
from app.errors import Invalid
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.fakes.vendors import FakeVendors

REFUSED = [{"status": 400}, {"status": 200}]


async def references(org: Organization, **wanted: object) -> list[str]:
    page = await log.listed(org.id, Filter(**wanted))  # type: ignore[arg-type]
    return [row.reference for row in page.items]


async def test_a_line_says_who_was_told_of_what_and_what_came_back(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("custom", fakes.add_hook("crm", answers=REFUSED), name="CRM")
    left = await leave()
    await settled(courier, org)

    (row,) = (await log.listed(org.id, Filter())).items
    assert (row.reference, row.message_uid, row.visitor) == (left.reference, left.uid, "张三")
    assert (row.channel_uid, row.channel_name, row.kind) == (uid, "CRM", "custom")
    assert (row.state, row.reason, row.purpose) == ("failed", "permanent_content", "new")
    assert row.last is not None
    assert (row.last.outcome, row.last.code, row.last.http_status) == (
        *("permanent_content", "http_400", 400),
    )
    assert (row.tries, row.waits_for, row.next_at, row.test) == (1, "", None, False)


async def test_a_retry_says_when_it_comes(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm", answers=[{"status": 500}]))
    await leave()
    await settled(courier, org)

    (row,) = (await log.listed(org.id, Filter(state="pending"))).items
    assert (row.state, row.waits_for) == ("sending", "retry")
    assert row.next_at is not None
    assert row.next_at > await database.now()


async def test_what_is_over_the_limit_waits_for_a_place(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"), rate_limit_per_minute=1)
    await leave()
    await leave()
    await settled(courier, org)

    waiting, sent = (await log.listed(org.id, Filter())).items
    assert (sent.state, waiting.state, waiting.waits_for) == ("sent", "pending", "place")
    assert waiting.next_at is not None


async def test_a_resting_and_a_dead_channel_are_named_as_what_it_waits_for(
    org: Organization, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    await leave()
    later = await database.now() + dt.timedelta(minutes=10)
    await database.execute("UPDATE channel SET paused_until = ?", later)
    (row,) = (await log.listed(org.id, Filter())).items
    assert (row.waits_for, row.next_at) == ("pause", later)

    longer = later + dt.timedelta(minutes=10)
    await database.execute("UPDATE channel SET blocked_until = ?", longer)
    (row,) = (await log.listed(org.id, Filter())).items
    assert (row.waits_for, row.next_at) == ("pause", longer)

    await database.execute("UPDATE channel SET stopped_at = ?", later)
    (row,) = (await log.listed(org.id, Filter())).items
    assert (row.waits_for, row.next_at) == ("mending", None)


async def test_pages_follow_one_another_with_tests_among_them(
    org: Organization, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("custom", fakes.add_hook("crm"))
    for _ in range(2):
        await leave()
        await channel_settings.test(org.id, outside.egress(), uid=uid)

    found, cursor = [], ""
    while True:
        page = await log.listed(org.id, Filter(), limit=1, cursor=cursor)
        found += [row.test for row in page.items]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert found == [True, False, True, False]


async def test_every_filter_narrows(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    good = await add("custom", fakes.add_hook("good"))
    bad = await add("custom", fakes.add_hook("bad", answers=REFUSED))
    await leave()
    second = await leave()
    await settled(courier, org)

    assert len(await references(org, state="failed")) == 1
    assert await references(org, state="failed", channel=good) == []
    assert len(await references(org, channel=bad)) == 2
    assert len(await references(org, since=second.created_at)) == 2
    assert len(await references(org, until=second.created_at)) == 2
    spoken = second.reference.removeprefix("LM-").lower()
    assert await references(org, reference=spoken) == [second.reference] * 2
    assert await references(org, reference="nothing") == []


async def test_the_ends_of_time_are_times_too(
    org: Organization, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    left = await leave()
    first = dt.datetime.min.replace(tzinfo=dt.UTC)
    last = dt.datetime.max.replace(tzinfo=dt.UTC)
    assert await references(org, since=first, until=last) == [left.reference]
    assert await references(org, since=last) == await references(org, until=first) == []


async def test_tests_are_counted_and_found_apart(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("custom", fakes.add_hook("crm", answers=[{"status": 400}]))
    await leave()
    await settled(courier, org)
    await channel_settings.test(org.id, outside.egress(), uid=uid)

    counts = await log.counts(org.id, Filter())
    assert (counts.failed, counts.pending, counts.sent, counts.test) == (1, 0, 0, 1)
    (row,) = (await log.listed(org.id, Filter(state="test"))).items
    assert (row.test, row.purpose, row.state, row.message_uid) == (True, "test", "failed", None)
    assert [each.test for each in (await log.listed(org.id, Filter(state="failed"))).items] == [
        False
    ]


async def test_counts_follow_the_other_filters(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    good = await add("custom", fakes.add_hook("good"))
    await add("custom", fakes.add_hook("bad", answers=[{"status": 400}]))
    left = await leave()
    await leave()
    await settled(courier, org)

    assert (await log.counts(org.id, Filter(channel=good))).failed == 0
    counts = await log.counts(org.id, Filter(reference=left.reference, state="sent"))
    assert (counts.failed, counts.sent) == (1, 1)


async def test_a_state_a_cursor_or_a_channel_that_cannot_be_is_refused(org: Organization) -> None:
    for wanted, cursor, place in (
        (Filter(state="lost"), "", "/state"),
        (Filter(), "yesterday", "/cursor"),
        (Filter(channel="x"), "", "/channel"),
    ):
        with pytest.raises(Invalid) as caught:
            await log.listed(org.id, wanted, cursor=cursor)
        assert caught.value.problems[0].pointer == place


async def test_another_organizations_log_is_empty(
    org: Organization,
    other_org: Organization,
    courier: Courier,
    fakes: FakeVendors,
    add: Add,
    leave: Leave,
) -> None:
    uid = await add("custom", fakes.add_hook("crm"))
    await leave()
    await settled(courier, org)
    await channel_settings.test(org.id, outside.egress(), uid=uid)
    assert (await log.listed(other_org.id, Filter())).items == []
    assert await log.counts(other_org.id, Filter()) == log.Counts()
    assert (await log.listed(other_org.id, Filter(channel=uid))).items == []
    sent = Filter(channel=uid, state="sent")
    assert len((await log.listed(org.id, sent)).items) == 1
    assert (await log.listed(other_org.id, sent)).items == []
    assert await log.counts(other_org.id, sent) == log.Counts()


async def test_an_alert_names_the_channel_that_it_is_about(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("gone", answers=[{"status": 410}]), name="Old")
    await add("custom", fakes.add_hook("good"), name="New")
    await leave()
    await settled(courier, org)
    rows = (await log.listed(org.id, Filter())).items
    (alert,) = [row for row in rows if row.purpose == "alert"]
    assert (alert.channel_name, alert.about, alert.message_uid) == ("New", "Old", None)


async def test_handled_before_it_was_sent_is_cancelled_with_that_reason(
    org: Organization, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    left = await leave()
    await messages.handle(org.id, left.uid, outcome="phone", by="tests")
    (row,) = (await log.listed(org.id, Filter(state="cancelled"))).items
    assert (row.state, row.reason) == ("cancelled", "handled")
    assert uuid.UUID(row.uid)
