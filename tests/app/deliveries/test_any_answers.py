"""A delivery's whole life, whatever its channel answers, again and again: it is sent, or tried
until the day's schedule ends, or given up loudly. It is never lost silently."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.channels import outcomes
from app.channels.kinds import KINDS
from app.channels.outcomes import UNREADABLE
from app.deliveries import verdict
from app.deliveries.rows import ChannelRow, DispatchRow
from app.deliveries.verdict import SCHEDULE
from app.egress import Answer
from app.errors import SendError
from tests.app.channels.test_outcomes import TABLES, judged, received

CHANNEL = uuid.UUID(int=0)
BEGUN = dt.datetime(2026, 11, 30, 8, 0, tzinfo=dt.UTC)
LONGEST = dt.timedelta(seconds=max(verdict.AFTER_MAX, SCHEDULE[-1] * (1 + verdict.JITTER)))
FEWEST_SECONDS = sum(SCHEDULE) * (1 - verdict.JITTER)
"""A delivery is not given up sooner, unless its content or its channel is refused for good."""


class Life(RuleBasedStateMachine):
    """`_record` does with a verdict what `app.deliveries.record` does in the database."""

    @initialize(kind=st.sampled_from([*TABLES, "custom"]))
    def begin(self, kind: str) -> None:
        self.kind, self.now = kind, BEGUN
        self.channel = ChannelRow(id=CHANNEL, organization=CHANNEL, kind=kind, config="", bucket="")
        self.begun = 0
        self._owe()

    def _owe(self) -> None:
        self.begun += 1
        self.dispatch = DispatchRow(
            id=uuid.UUID(int=self.begun),
            organization=CHANNEL,
            channel=CHANNEL,
            created_at=self.now,
        )
        self.codes: list[str] = []
        self.charged = 0
        self.stopped = self.final = self.quota = False
        self.reason = ""

    def alive(self) -> bool:
        return self.dispatch.state == "sending"

    @precondition(alive)
    @rule(answer=received())
    def answered(self, answer: Answer) -> None:
        found = judged(
            answer,
            self.kind,
            attempt=len(self.codes) + 1,
            earlier=tuple(self.codes),
            fallback=self.dispatch.rendering == "fallback",
            neutral=self.dispatch.rendering == "neutral",
        )
        if isinstance(found, SendError):
            self._record(found)
            return
        self.dispatch.state = "sent"
        healed = {"failures": 0, "failed_dispatch": None, "failing_since": None}
        self.channel = msgspec.structs.replace(
            self.channel, **healed, paused_until=None, announced_at=None, ok_at=self.now
        )

    @precondition(alive)
    @rule(
        reason=st.sampled_from(sorted(outcomes.UNREACHABLE)),
        written=st.booleans(),
        status=st.sampled_from(["", "1", "2", "302", "407", "5"]),
    )
    def unreachable(self, reason: str, written: bool, status: str) -> None:
        facts = {"status": status, "answer": "x"}
        self._record(outcomes.of_connection(reason, written=written, connected=True, facts=facts))

    @precondition(alive)
    @rule(code=st.sampled_from([verdict.NOT_STARTED, verdict.STOPPED, verdict.SEALED]))
    def interrupted(self, code: str) -> None:
        """The worker stopped, or the secret could not be read."""
        self.stopped = self.stopped or code == verdict.STOPPED
        self._record(SendError("unknown" if code == verdict.STOPPED else "retry", code))

    @precondition(alive)
    @rule(hours=st.floats(0, 9))
    def late(self, hours: float) -> None:
        """Nobody looks for what is due for a while."""
        self.now += dt.timedelta(hours=hours)

    @precondition(lambda self: not self.alive())
    @rule()
    def another(self) -> None:
        """The next delivery of the same channel, in the state that the last one left."""
        self._owe()

    def _record(self, error: SendError) -> None:
        dice = random.Random(len(self.codes))
        decided = verdict.of(error, self.dispatch, KINDS[self.kind], self.now, dice=dice)
        health = verdict.health(
            error, self.channel, self.dispatch.id, self.now, begun=self.dispatch.created_at
        )
        self.codes.append(error.code)
        self.final = error.outcome in {"permanent_content", "permanent_config", "gone"}
        self.quota = error.outcome == "rate_limited"
        waits = self.quota or error.code in {verdict.NOT_STARTED, verdict.SEALED}
        self.charged += not waits and decided.rendering == self.dispatch.rendering
        softer = decided.rendering != self.dispatch.rendering
        assert (
            not softer
            or verdict.SOFTER[decided.rendering] > verdict.SOFTER[self.dispatch.rendering]
        )
        self.dispatch = msgspec.structs.replace(
            self.dispatch,
            tries=decided.tries,
            unknowns=decided.unknowns,
            rendering=decided.rendering,
        )
        self.channel = msgspec.structs.replace(
            self.channel,
            failures=health.failures,
            failed_dispatch=health.failed_dispatch,
            failing_since=self.channel.failing_since or (self.now if health.failures else None),
            paused_until=health.paused_until,
            announced_at=self.now if health.opened else self.channel.announced_at,
        )
        if decided.state == "failed":
            self.dispatch.state, self.reason = "failed", decided.reason
            return
        assert decided.retry_at is not None
        assert self.now <= decided.retry_at <= self.now + LONGEST, error.code
        self.now = decided.retry_at

    @invariant()
    def has_an_end(self) -> None:
        """However it is answered: a day of tries, and a softer form of each kind."""
        assert self.dispatch.state in {"sending", "sent", "failed"}
        assert self.charged <= len(SCHEDULE) + 1
        assert self.dispatch.tries <= len(SCHEDULE) + 1
        if self.alive() and not KINDS[self.kind].idempotent:
            assert self.dispatch.unknowns <= verdict.UNKNOWNS_MAX

    @invariant()
    def is_given_up_late_or_for_a_known_reason(self) -> None:
        if self.dispatch.state != "failed":
            return
        assert self.reason, "a story says why"
        took = (self.now - self.dispatch.created_at).total_seconds()
        if self.final:
            assert self.reason in {"permanent_content", "permanent_config", "gone"}
        elif self.quota:
            assert took >= verdict.AGE_MAX.total_seconds()
        elif self.reason == "tries_used_up":
            assert took >= FEWEST_SECONDS
        else:
            assert self.reason == "outcome_unknown"
            repeats = [code for code in self.codes if code not in {UNREADABLE, verdict.STOPPED}]
            assert self.dispatch.unknowns > verdict.UNKNOWNS_MAX or took >= FEWEST_SECONDS
            assert self.stopped or took >= sum(verdict.REPEATS[1:]), repeats

    @invariant()
    def is_announced_when_the_channel_is_to_blame(self) -> None:
        """Whatever was not refused for its content was told before it was given up."""
        if self.dispatch.state == "failed" and self.reason != "permanent_content":
            assert self.channel.announced_at is not None or self.quota or self.stopped, self.codes


Life.TestCase.settings = settings(stateful_step_count=30, deadline=None)
TestLife = Life.TestCase
