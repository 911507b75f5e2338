"""What follows from how a try went."""

import datetime as dt
import random
import uuid
from typing import Any

import msgspec
import pytest

from app.channels.kinds import KINDS
from app.deliveries import verdict
from app.deliveries.rows import ChannelRow, DispatchRow
from app.errors import SendError

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
WECOM, CUSTOM = KINDS["wecom"], KINDS["custom"]


class Even(random.Random):
    def random(self) -> float:
        return 0.5


def dispatch(**so_far: Any) -> DispatchRow:
    nobody = uuid.UUID(int=0)
    created = {"created_at": NOW, **so_far}
    return DispatchRow(id=nobody, organization=nobody, channel=nobody, **created)


def of(error: SendError, sender: Any = WECOM, **so_far: Any) -> verdict.Verdict:
    return verdict.of(error, dispatch(**so_far), sender, NOW, dice=Even())


def seconds(found: verdict.Verdict) -> float:
    assert found.retry_at is not None
    return (found.retry_at - NOW).total_seconds()


@pytest.mark.parametrize(("tries", "gap"), list(enumerate(verdict.SCHEDULE)))
def test_each_further_try_waits_longer(tries: int, gap: int) -> None:
    assert seconds(of(SendError("retry", "http_502"), tries=tries)) == gap


def test_after_eleven_tries_it_has_failed() -> None:
    found = of(SendError("retry", "http_502"), tries=len(verdict.SCHEDULE))
    assert (found.state, found.reason) == ("failed", "tries_used_up")


def test_the_jitter_stays_within_a_fifth() -> None:
    gaps = [
        seconds(
            verdict.of(
                SendError("retry", "x"),
                dispatch(tries=2),
                WECOM,
                NOW,
            )
        )
        for _ in range(200)
    ]
    assert 96 <= min(gaps) <= max(gaps) <= 144


@pytest.mark.parametrize(
    "error",
    [
        SendError("retry", "timeout"),
        SendError("unknown", "reset"),
        SendError("retry", "http_429", http_status=429),
    ],
)
def test_after_silence_or_too_many_the_first_gap_is_a_minute(error: SendError) -> None:
    assert seconds(of(error)) == 60


def test_a_receiver_that_names_a_pause_gets_it() -> None:
    assert seconds(of(SendError("retry", "http_503", after=300))) == 300


def test_an_absurd_pause_is_ignored() -> None:
    assert seconds(of(SendError("retry", "http_503", after=10**9))) == 5


def test_too_fast_charges_no_try() -> None:
    found = of(SendError("rate_limited", "130101", after=600), tries=3)
    assert (found.state, found.tries, seconds(found)) == ("retry", 3, 600)


@pytest.mark.parametrize("outcome", ["permanent_config", "gone"])
def test_a_wrong_configuration_fails_at_once(outcome: Any) -> None:
    assert of(SendError(outcome, "93000")).state == "failed"


def test_people_see_at_most_three_possible_repeats() -> None:
    error = SendError("unknown", "timeout")
    assert of(error, unknowns=2).state == "retry"
    assert of(error, unknowns=3).reason == "outcome_unknown"


def test_a_receiver_that_knows_the_id_may_get_it_more_often() -> None:
    assert of(SendError("unknown", "timeout"), CUSTOM, unknowns=7).state == "retry"


UNKNOWN = SendError("retry", "987654", facts={"remedy": "fallback"})


def test_what_nobody_told_us_is_tried_once_in_the_plainest_form_and_then_all_day() -> None:
    found = of(UNKNOWN)
    assert (found.rendering, found.tries, seconds(found)) == ("fallback", 0, 0)
    for tries, gap in enumerate(verdict.SCHEDULE):
        found = of(UNKNOWN, tries=tries, rendering="fallback")
        assert (found.state, found.rendering, seconds(found)) == ("retry", "fallback", gap)
    assert of(UNKNOWN, tries=10, rendering="fallback").reason == "tries_used_up"


def test_a_softer_form_waits_as_long_as_is_asked_for() -> None:
    assert seconds(of(SendError("retry", "88", facts={"remedy": "fallback"}, after=60))) == 60


def test_an_answer_of_somebody_else_is_a_repeat_but_no_reason_to_give_up() -> None:
    error = SendError("unknown", "unreadable_answer", after=60, facts={"remedy": "fallback"})
    found = of(error)
    assert (found.rendering, found.unknowns, seconds(found)) == ("fallback", 1, 60)
    found = of(error, rendering="fallback", unknowns=3, tries=6)
    assert (found.state, found.unknowns) == ("retry", 3)


def test_possible_repeats_are_spread_over_an_outage() -> None:
    error = SendError("unknown", "timeout", after=60)
    gaps = [seconds(of(error, unknowns=n, tries=n)) for n in range(3)]
    assert gaps == [60, 30 * 60, 8 * 3600]
    assert seconds(of(error, CUSTOM, unknowns=2, tries=2)) == 120
    assert seconds(of(SendError("unknown", verdict.STOPPED), unknowns=1, tries=1)) == 60


def test_a_refused_format_is_tried_once_in_the_plainest() -> None:
    error = SendError("permanent_content", "40058", facts={"remedy": "fallback"})
    found = of(error)
    assert (found.state, found.rendering, seconds(found)) == ("retry", "fallback", 0)
    assert of(error, rendering="fallback").state == "failed"


def test_a_refused_content_is_tried_once_without_the_visitors_words() -> None:
    error = SendError("permanent_content", "430102", facts={"remedy": "neutral"})
    assert of(error, rendering="fallback").rendering == "neutral"
    assert of(error, rendering="neutral").state == "failed"


def test_a_content_without_remedy_fails() -> None:
    assert of(SendError("permanent_content", "http_400")).state == "failed"


def health(error: SendError, begun: dt.datetime | None = None, **channel: Any) -> verdict.Health:
    nobody = uuid.UUID(int=0)
    row = ChannelRow(id=nobody, organization=nobody, kind="wecom", config="", bucket="", **channel)
    return verdict.health(error, row, DISPATCH, NOW, begun=begun)


DISPATCH = uuid.uuid4()


def test_the_third_failure_in_a_row_opens_the_breaker() -> None:
    found = health(SendError("retry", "http_502"), failures=2, failed_dispatch=uuid.uuid4())
    assert found.opened
    assert found.paused_until == NOW + dt.timedelta(minutes=1)


def test_the_same_dispatch_failing_again_counts_once() -> None:
    found = health(SendError("retry", "http_502"), failures=2, failed_dispatch=DISPATCH)
    assert (found.failures, found.opened) == (2, False)


def test_the_breaker_waits_longer_each_time_up_to_an_hour() -> None:
    found = health(SendError("retry", "x"), failures=30, failed_dispatch=uuid.uuid4())
    assert found.paused_until == NOW + dt.timedelta(hours=1)


def test_what_was_under_way_when_it_opened_makes_the_wait_no_longer() -> None:
    later = NOW + dt.timedelta(seconds=50)
    found = health(
        SendError("retry", "x"), failures=3, failed_dispatch=uuid.uuid4(), paused_until=later
    )
    assert (found.failures, found.paused_until) == (3, later)


def test_a_worker_that_stopped_before_it_began_charges_no_try() -> None:
    found = of(SendError("retry", verdict.NOT_STARTED, left=False), tries=2)
    assert (found.state, found.tries, seconds(found)) == ("retry", 2, 0)


def test_a_wrong_configuration_opens_it_at_once() -> None:
    assert health(SendError("permanent_config", "19021")).opened


def test_an_opening_is_announced_once() -> None:
    assert not health(SendError("gone", "93000"), failures=3, announced_at=NOW).opened


def test_what_is_gone_stops_until_somebody_mends_it() -> None:
    assert health(SendError("gone", "93000")).stopped


def test_too_fast_is_no_failure_and_moves_no_breaker() -> None:
    later = NOW + dt.timedelta(seconds=50)
    found = health(SendError("rate_limited", "45009", after=60), failures=3, paused_until=later)
    assert (found.failures, found.paused_until, found.opened) == (3, later, False)


HOUR = dt.timedelta(hours=1)
RETRY_AFTER = SendError("rate_limited", "http_503", http_status=503, after=60)


@pytest.mark.parametrize("error", [RETRY_AFTER, SendError("rate_limited", "45009", after=60)])
def test_pauses_one_after_the_other_end_after_a_day(error: SendError) -> None:
    young, old = NOW - 23 * HOUR, NOW - 24 * HOUR
    found = of(error, tries=2, created_at=young)
    assert (found.state, found.tries, seconds(found)) == ("retry", 2, 60)
    found = of(error, tries=2, created_at=old)
    assert (found.state, found.reason, found.tries) == ("failed", "tries_used_up", 2)


QUOTA = SendError("rate_limited", "90030", after=3600, http_status=200, quota=True)


def test_a_quota_is_announced_at_once_and_outlived() -> None:
    assert health(QUOTA).opened
    found = of(QUOTA, tries=2, created_at=NOW - 31 * 24 * HOUR)
    assert (found.state, found.tries, seconds(found)) == ("retry", 2, 3600)
    assert of(QUOTA, created_at=NOW - 32 * 24 * HOUR).reason == "tries_used_up"


@pytest.mark.parametrize("error", [UNKNOWN, SendError("unknown", "timeout")])
def test_one_message_alone_that_fails_for_an_hour_is_announced(error: SendError) -> None:
    def opened(minutes: int) -> bool:
        since = NOW - dt.timedelta(minutes=minutes)
        return health(error, failures=1, failed_dispatch=DISPATCH, failing_since=since).opened

    assert (opened(59), opened(60)) == (False, True)
    assert not health(SendError("permanent_content", "x"), failing_since=NOW - 2 * HOUR).opened


def test_a_receiver_that_says_nothing_but_later_for_an_hour_is_broken() -> None:
    found = health(RETRY_AFTER, begun=NOW - HOUR, ok_at=NOW - 2 * HOUR)
    assert (found.failures, found.opened, found.stopped) == (3, True, False)
    for quick in (
        health(RETRY_AFTER, begun=NOW - HOUR / 2),
        health(RETRY_AFTER, begun=NOW - 2 * HOUR, ok_at=NOW - HOUR / 2),
        health(SendError("rate_limited", "45009", http_status=200), begun=NOW - 2 * HOUR),
    ):
        assert (quick.failures, quick.opened) == (0, False)


def test_what_the_settings_before_met_is_neither_the_end_nor_worth_a_wait() -> None:
    def anew(outcome: Any, state: str) -> tuple[str, Any]:
        decided = verdict.Verdict(state=state, retry_at=NOW + HOUR, reason="x")
        found = verdict.anew(decided, SendError(outcome, "x"), NOW)
        return found.state, found.retry_at

    for outcome in ("gone", "permanent_config", "permanent_content", "retry"):
        assert anew(outcome, "failed") == ("retry", NOW)
    assert anew("rate_limited", "retry") == ("retry", NOW)
    assert anew("retry", "retry") == ("retry", NOW + HOUR)
    assert anew("unknown", "failed")[0] == "failed"


def test_the_longer_of_two_pauses_counts() -> None:
    sooner, later = NOW, NOW + dt.timedelta(minutes=10)
    for one, other in ((sooner, later), (later, sooner), (None, later), (later, None)):
        assert verdict.quiet_until(one, other) == later
    assert verdict.quiet_until(None, None) is None


def test_a_refused_content_says_nothing_about_the_channel() -> None:
    assert health(SendError("permanent_content", "40058"), failures=1).failures == 1


def test_a_channel_is_proven_by_any_sign_of_the_last_seven_days() -> None:
    nobody = uuid.UUID(int=0)

    def unproven(**at: dt.datetime) -> bool:
        known = ChannelRow(id=nobody, organization=nobody, kind="", config="", bucket="", **at)
        return verdict.is_unproven(known, NOW)

    assert unproven()
    for sign in ("ok_at", "received_at", "checked_at"):
        assert unproven(**{sign: NOW - verdict.SELDOM}), sign
        assert not unproven(**{sign: NOW - verdict.SELDOM + dt.timedelta(seconds=1)}), sign


def test_a_visitor_never_gets_a_second_confirmation_after_an_unknown_outcome() -> None:
    error = SendError("unknown", "timeout")
    assert of(error, kind="confirm").reason == "outcome_unknown"
    assert of(SendError("retry", "http_502"), kind="confirm").state == "retry"


def test_a_secret_that_cannot_be_read_waits_without_a_try() -> None:
    found = of(SendError("retry", verdict.SEALED), tries=4)
    assert (found.state, found.tries, seconds(found)) == ("retry", 4, 60)


def test_a_failure_says_its_outcome_and_keeps_what_was_unknown() -> None:
    for outcome in ("permanent_config", "permanent_content", "gone"):
        assert of(SendError(outcome, "1")).reason == outcome
    assert of(SendError("rate_limited", "1"), unknowns=2).unknowns == 2
    anew = verdict.anew(verdict.Verdict(state="failed", reason="x"), SendError("gone", "1"), NOW)
    assert anew.reason == ""


def test_a_pause_is_what_was_asked_for_within_a_day_or_a_minute() -> None:
    asked = {None: 60, 0: 60, 1: 1, verdict.AFTER_MAX: verdict.AFTER_MAX, verdict.AFTER_MAX + 1: 60}
    for after, pause in asked.items():
        error = SendError("rate_limited", "1", after=after)
        assert verdict.pause(error).total_seconds() == pause, after
    softer = {"facts": {"remedy": "fallback"}, "after": float(verdict.AFTER_MAX)}
    assert seconds(of(SendError("retry", "1", **softer))) == verdict.AFTER_MAX  # type: ignore[arg-type]
    later = SendError("retry", "http_503", after=float(verdict.AFTER_MAX))
    assert seconds(of(later)) == verdict.AFTER_MAX


def test_the_jitter_makes_a_gap_shorter_where_the_dice_say_so() -> None:
    class Low(random.Random):
        def random(self) -> float:
            return 0.0

    found = verdict.of(SendError("retry", "http_502"), dispatch(), WECOM, NOW, dice=Low())
    assert seconds(found) == 5 * (1 - verdict.JITTER)


def test_what_says_nothing_of_the_channel_leaves_it_as_it_was() -> None:
    other, until = uuid.uuid4(), NOW + dt.timedelta(minutes=5)
    was = {"failures": 1, "failed_dispatch": other, "paused_until": until}
    found = health(SendError("permanent_content", "40058"), **was)
    assert msgspec.structs.asdict(found) == {**was, "stopped": False, "opened": False}


def test_a_failure_of_an_open_breaker_changes_only_that_the_channel_is_gone() -> None:
    was = {"failures": 4, "failed_dispatch": uuid.uuid4(), "paused_until": NOW + verdict.SILENT}
    for outcome in ("retry", "gone"):
        found = health(SendError(outcome, "1"), **was)
        assert msgspec.structs.asdict(found) == {
            **was,
            "stopped": outcome == "gone",
            "opened": False,
        }
    over = health(SendError("retry", "1"), **{**was, "paused_until": NOW})
    assert (over.failures, over.failed_dispatch) == (5, DISPATCH)


def test_a_channel_that_is_gone_is_broken_at_once_and_pauses_grow_to_an_hour() -> None:
    found = health(SendError("gone", "1"))
    assert (found.failures, found.stopped, found.opened) == (verdict.BREAKER, True, True)
    minutes = []
    for failures in range(2, 10):
        found = health(SendError("retry", "1"), failures=failures, failed_dispatch=uuid.uuid4())
        assert found.paused_until is not None
        minutes.append((found.paused_until - NOW).total_seconds() / 60)
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60]
    again = health(SendError("retry", "1"), failures=1, failed_dispatch=DISPATCH)
    assert (again.failures, again.failed_dispatch) == (1, DISPATCH)
