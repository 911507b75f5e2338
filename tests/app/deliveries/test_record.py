"""What is written down of how a try went, and what follows from it."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from typing import Any

import pytest

from app import channel_settings, database, messages
from app.channels.sender import Acceptance
from app.erasure import by_visitor, remove
from app.errors import SendError
from app.messages import remarks
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave
from tests.app.deliveries.planning import (
    BUSY,
    HOOK,
    OK,
    WECOM,
    all_plans,
    due_in,
    later,
    plan,
    rows,
    went,
)

TOO_FAST = SendError("rate_limited", "130101", after=600)
GONE = SendError("gone", "93000", "invalid webhook url", hint="Add it again")


async def channel(org: Organization, uid: str) -> dict[str, Any]:
    found: dict[str, Any] = (await channel_settings.channel(org.id, uid))["health"]
    return found


async def test_a_success_closes_everything(org: Organization, add: Add, leave: Leave) -> None:
    uid = await add("wecom", WECOM + "a")
    left = await leave()
    await went(
        await plan(org.id), Acceptance(code="0", message="ok", http_status=200, response="{}")
    )
    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    (attempt,) = sent.attempts
    assert (sent.state, sent.reason, sent.done_at is not None) == ("sent", "", True)
    assert (attempt.outcome, attempt.code, attempt.message) == ("ok", "0", "ok")
    assert (attempt.http_status, attempt.duration_ms, attempt.response) == (200, 5, "{}")
    assert await rows("dispatch", "state", "retry_at") == [("sent", None)]
    assert (await channel(org, uid))["state"] == "ok"


async def test_a_failure_waits_for_its_next_try(org: Organization, add: Add, leave: Leave) -> None:
    uid = await add("custom", HOOK + "a")
    left = await leave()
    await went(await plan(org.id), BUSY)
    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    assert (sent.state, sent.attempts[0].outcome) == ("sending", "retry")
    (row,) = await database.rows(dict, "SELECT * FROM dispatch")
    assert (row["state"], row["tries"], row["unknowns"]) == ("retry", 1, 0)
    assert 3 < (row["retry_at"] - await database.now()).total_seconds() < 7
    health = await channel(org, uid)
    assert (health["state"], health["last_error_code"], health["failures"]) == (
        *("failing", "http_503", 1),
    )


async def test_whatever_a_receiver_says_can_be_kept(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    left = await leave()
    nasty = "\x00\ud800 字" * 2000
    error = SendError("retry", nasty, nasty, hint="", facts={"x": nasty}, response=nasty)
    await went(await plan(org.id), error)
    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    (attempt,) = sent.attempts
    assert (len(attempt.code), len(attempt.message), len(attempt.response)) == (64, 500, 2000)
    assert "\x00" not in attempt.response


async def test_what_never_left_the_house_takes_no_place(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a", rate_limit_per_minute=1)
    await leave()
    await leave()
    (first,) = await all_plans(org)
    await went([first], SendError("retry", "refused", left=False))
    assert len(await all_plans(org)) == 1


async def test_a_late_success_is_a_fact(org: Organization, add: Add, leave: Leave) -> None:
    await add("wecom", WECOM + "a")
    await leave()
    (first,) = await plan(org.id)
    await later(minutes=5)
    (second,) = await plan(org.id)
    await went([first], OK)
    assert await rows("delivery", "state") == [("sent",)]
    await went([second], BUSY)
    assert await rows("delivery", "state") == [("sent",)]
    assert await rows("dispatch", "state") == [("sent",)]


async def test_a_success_after_it_was_given_up_counts_too(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    await leave()
    (first,) = await plan(org.id)
    await later(minutes=5)
    await went(await plan(org.id), SendError("permanent_content", "400"))
    assert await rows("delivery", "state") == [("failed",)]
    await went([first], OK)
    assert await rows("delivery", "state", "reason") == [("sent", "")]


async def test_a_late_failure_undoes_nothing(org: Organization, add: Add, leave: Leave) -> None:
    uid = await add("wecom", WECOM + "a")
    await leave()
    (first,) = await plan(org.id)
    await later(minutes=5)
    (second,) = await plan(org.id)
    await went([first], GONE)
    assert await rows("dispatch", "state", "attempts") == [("sending", 2)]
    assert (await channel(org, uid))["failures"] == 0
    await went([second], OK)
    assert await rows("delivery", "state") == [("sent",)]


async def test_a_cancelled_one_that_was_on_the_wire_and_arrived_says_sent(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    left = await leave()
    planned = await plan(org.id)
    await messages.handle(org.id, left.uid, outcome="phone", by="tests")
    await went(planned, OK)
    assert await rows("delivery", "state", "reason") == [("sent", "")]


async def test_a_refused_format_goes_again_at_once_in_the_plainest(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    await leave()
    refused = SendError("permanent_content", "40058", facts={"remedy": "fallback"})
    await went(await plan(org.id), refused)
    (again,) = await plan(org.id)
    assert (again.rendering, again.number, again.maybe_repeat) == ("fallback", 2, False)
    await went([again], refused)
    assert await plan(org.id) == []
    assert await rows("delivery", "state", "reason") == [("failed", "permanent_content")]


async def test_a_refused_content_goes_once_more_without_the_visitors_words(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    await leave()
    refused = SendError("permanent_content", "430102", facts={"remedy": "neutral"})
    await went(await plan(org.id), refused)
    (again,) = await plan(org.id)
    assert again.rendering == "neutral"
    await went([again], OK)
    assert await rows("delivery", "state") == [("sent",)]


async def test_a_content_that_is_refused_is_not_the_channels_fault(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("custom", HOOK + "a")
    for _ in range(4):
        await leave()
    await went(await all_plans(org), SendError("permanent_content", "400"))
    assert (await channel(org, uid))["failures"] == 0
    assert await rows("delivery", "state") == [("failed",)] * 4


async def test_a_broken_channel_is_announced_once_through_those_that_work(
    org: Organization, add: Add, leave: Leave
) -> None:
    broken = await add("wecom", WECOM + "a", name="销售群")
    other = await add("custom", HOOK + "b")
    ill = await add("custom", HOOK + "c")
    await add("custom", HOOK + "d", enabled=False)
    await database.execute("UPDATE channel SET failures = 1 WHERE id = ?", ill)
    for _ in range(3):
        await leave()
    planned = [each for each in await all_plans(org) if str(each.channel.id) == broken]
    await went(planned, GONE)
    alerts = await database.rows(dict, "SELECT * FROM delivery WHERE purpose = 'alert'")
    assert [(str(row["channel"]), str(row["about"])) for row in alerts] == [(other, broken)]


async def test_after_it_was_mended_the_next_break_is_announced_again(
    org: Organization, add: Add, leave: Leave
) -> None:
    broken = await add("wecom", WECOM + "a")
    await add("custom", HOOK + "b", rate_limit_per_minute=0)
    for _ in range(2):
        await leave()
        planned = [each for each in await all_plans(org) if str(each.channel.id) == broken]
        await went(planned, GONE)
        await channel_settings.switch(org.id, broken, False, by="tests")
        await channel_settings.switch(org.id, broken, True, by="tests")
    alerts = await database.rows(dict, "SELECT * FROM delivery WHERE purpose = 'alert'")
    assert len(alerts) == 2


async def test_who_has_a_mail_is_not_sent_it_again(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    await leave()
    for names in (["a@x.example"], ["b@x.example"]):
        await went(await plan(org.id), SendError("retry", "451", accepted=names))
        await later(hours=1)
    (again,) = await plan(org.id)
    assert again.accepted == ["a@x.example", "b@x.example"]


async def test_who_refused_a_mail_is_told_apart_from_who_has_it(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    await leave()
    for outcome in (
        SendError("retry", "451", refused={"b@x.example": "550", "a@x.example": "550"}),
        SendError("retry", "451", accepted=["c@x.example"], refused={"d@x.example": "554"}),
    ):
        await went(await plan(org.id), outcome)
        await later(hours=1)
    (again,) = await plan(org.id)
    assert again.accepted == ["c@x.example"]
    assert again.refused == ["a@x.example", "b@x.example", "d@x.example"]


async def test_neither_further_failures_nor_a_success_shorten_the_platforms_pause(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    for _ in range(6):
        await leave()
    planned = await all_plans(org)
    await went(planned[:1], BUSY)
    await went(planned[1:2], TOO_FAST)
    await went(planned[2:4], BUSY)
    await later(seconds=100)
    assert await all_plans(org) == []
    assert await due_in(org) == pytest.approx(500, abs=5)
    await went(planned[4:], OK)
    assert await all_plans(org) == []
    assert await due_in(org) == pytest.approx(500, abs=5)
    await later(seconds=505)
    assert await all_plans(org)


async def test_a_second_too_fast_makes_the_pause_no_shorter(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("wecom", WECOM + "a")
    for _ in range(2):
        await leave()
    first, second = await all_plans(org)
    await went([first], TOO_FAST)
    until = (await channel(org, uid))["paused_until"]
    await went([second], SendError("rate_limited", "45009", after=5))
    assert (await channel(org, uid))["paused_until"] == until


RETRY_AFTER = SendError("rate_limited", "http_503", http_status=503, after=3600)


async def test_a_receiver_that_only_asks_for_pauses_is_announced_and_in_the_end_given_up(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("custom", HOOK + "a")
    await leave()
    other = await add("custom", HOOK + "b")
    tries = 0
    while planned := await plan(org.id):
        mine = [each for each in planned if str(each.channel.id) == uid]
        await went([each for each in planned if each not in mine])
        await went(mine, RETRY_AFTER)
        tries += len(mine)
        if tries == 1:
            assert (await channel(org, uid))["state"] == "paused"
        assert tries < 30
        await later(seconds=3605)
    assert (await channel(org, uid))["failures"] >= 3
    told = "SELECT channel, about FROM delivery WHERE purpose = 'alert'"
    (alert,) = await database.rows(dict, told)
    assert (str(alert["channel"]), str(alert["about"])) == (other, uid)
    failed = "SELECT reason FROM delivery WHERE state = 'failed'"
    assert [row["reason"] for row in await database.rows(dict, failed)] == ["tries_used_up"]


async def test_what_the_old_address_answers_is_not_the_new_ones_and_it_goes_again_at_once(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("wecom", WECOM + "a")
    other = await add("custom", HOOK + "b")
    await leave()
    planned = [each for each in await all_plans(org) if str(each.channel.id) == uid]
    await channel_settings.change(org.id, uid, {"webhook_url": WECOM + "new"}, by="tests")
    await went(planned, GONE)
    health = await channel(org, uid)
    assert (health["state"], health["failures"]) == ("untested", 0)
    assert await database.rows(dict, "SELECT id FROM delivery WHERE purpose = 'alert'") == []
    (again,) = [each for each in await all_plans(org) if str(each.channel.id) != other]
    assert again.dispatch == planned[0].dispatch
    await went([again], OK)
    assert (await channel(org, uid))["state"] == "ok"


async def test_a_late_success_of_the_old_address_does_not_heal_the_new_one(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("wecom", WECOM + "a")
    await leave()
    planned = await all_plans(org)
    await channel_settings.change(org.id, uid, {"webhook_url": WECOM + "new"}, by="tests")
    await database.execute("UPDATE channel SET failures = 3")
    await went(planned, OK)
    assert (await channel(org, uid))["failures"] == 3
    assert await rows("delivery", "state") == [("sent",)]


async def test_the_pause_of_the_old_robot_is_not_the_new_ones(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("wecom", WECOM + "a")
    await leave()
    planned = await all_plans(org)
    await channel_settings.change(org.id, uid, {"webhook_url": WECOM + "new"}, by="tests")
    await went(planned, TOO_FAST)
    assert (await channel(org, uid))["state"] == "untested"
    assert len(await all_plans(org)) == 1


async def test_saved_again_unchanged_a_channel_still_learns_how_it_went(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("wecom", WECOM + "a")
    await leave()
    planned = await all_plans(org)
    await channel_settings.change(org.id, uid, {"name": "群"}, by="tests")
    await went(planned, GONE)
    assert (await channel(org, uid))["state"] == "failing"


async def test_many_that_end_at_once_are_all_on_record(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a", rate_limit_per_minute=0)
    for _ in range(20):
        await leave()
    planned = await plan(org.id)
    outcomes = [OK if number % 2 else SendError("permanent_content", "400") for number in range(20)]
    await asyncio.gather(
        *(went([each], outcome) for each, outcome in zip(planned, outcomes, strict=True))
    )
    states = [state for (state,) in await rows("delivery", "state")]
    assert (states.count("sent"), states.count("failed")) == (10, 10)
    assert all(finished for (finished,) in await rows("attempt", "finished_at"))


async def test_a_digest_that_arrived_is_every_messages(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a", rate_limit_per_minute=1)
    for _ in range(5):
        left = await leave()
    await went(await plan(org.id), OK)
    assert await rows("delivery", "state") == [("sent",)] * 5
    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    assert (sent.shared, len(sent.attempts)) == (5, 1)


@pytest.mark.parametrize("outcome", ["permanent_config", "gone"])
async def test_a_wrong_configuration_fails_at_once_and_stays_to_be_replayed(
    org: Organization, add: Add, leave: Leave, outcome: Any
) -> None:
    uid = await add("wecom", WECOM + "a")
    await leave()
    await went(await plan(org.id), SendError(outcome, "93000", hint="Look"))
    assert await rows("delivery", "state", "reason") == [("failed", outcome)]
    health = await channel(org, uid)
    assert (health["state"], health["hint"]) == ("failing", "Look")


async def test_a_channel_fails_since_its_first_failure_and_stops_when_it_is_gone(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    for _ in range(2):
        await leave()
    first, second = await all_plans(org)
    await went([first], BUSY)
    [(since, stopped)] = await rows("channel", "failing_since", "stopped_at")
    assert (await database.now() - since).total_seconds() < 60
    assert stopped is None
    await later(hours=1)
    await went([second], GONE)
    [(again, stopped)] = await rows("channel", "failing_since", "stopped_at")
    assert again == since - dt.timedelta(hours=1)
    assert stopped is not None


async def test_no_alert_is_owed_through_a_channel_that_has_stopped(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    await leave()
    planned = await all_plans(org)
    stopped = await add("custom", HOOK + "b")
    now = await database.now()
    await database.execute("UPDATE channel SET stopped_at = ? WHERE id = ?", now, stopped)
    await went(planned, GONE)
    assert await database.rows(dict, "SELECT id FROM delivery WHERE purpose = 'alert'") == []


async def test_of_an_erased_message_nothing_that_was_answered_is_kept(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    erased, kept = await leave(), await leave()
    planned = await all_plans(org)
    await by_visitor.erase(org.id, erased.uid)
    await went(planned, Acceptance(code="0", message="ok", http_status=200, response="{}"))
    said = await rows("attempt", "message", "response")
    assert sorted(said) == [("", ""), ("ok", "{}")]
    (sent,) = (await messages.show(org.id, kept.uid)).deliveries
    assert sent.attempts[0].message == "ok"


async def test_of_what_was_anonymised_nothing_that_was_answered_is_kept(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    left = await leave()
    planned = await all_plans(org)
    await messages.handle(org.id, left.uid, outcome="phone", by="tests")
    await remove.anonymise(org.id, [uuid.UUID(left.uid)], by="tests")
    await went(planned, Acceptance(code="0", message="ok", http_status=200, response="{}"))
    assert await rows("attempt", "outcome", "message", "response") == [("ok", "", "")]


async def test_what_a_visitor_adds_while_a_digest_is_sent_is_owed_again(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a", rate_limit_per_minute=1)
    first, second = await leave(), await leave()
    await went(await plan(org.id))
    await later(minutes=2)
    for each in (first, second):
        await remarks.append(org.id, each.uid, "one more thing")
    (digest,) = await plan(org.id)
    assert (digest.kind, digest.size) == ("digest", 2)
    await remarks.append(org.id, second.uid, "and another")
    await went([digest])
    told = "SELECT message, state FROM delivery WHERE purpose = 'more'"
    assert {str(row["message"]): row["state"] for row in await database.rows(dict, told)} == {
        first.uid: "sent",
        second.uid: "pending",
    }
