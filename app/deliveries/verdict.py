"""What follows from how a try went. Pure: facts in, decision out."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import msgspec

from app.channels.outcomes import UNREADABLE
from app.channels.sender import CONFIRM, Sender, remedy
from app.deliveries.rows import ChannelRow, DispatchRow
from app.errors import SendError

MINUTE, HOUR = 60, 3600
SCHEDULE = (
    *(5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 8 * HOUR),
)
"""Seconds before each further try: eleven tries within a day."""
JITTER = 0.2
SLOW_FIRST = MINUTE
"""After a timeout or a 429 the first gap is at least this."""
AFTER_MAX = 24 * HOUR
"""A receiver that asks for a longer pause gets our own schedule."""
AGE_MAX = dt.timedelta(days=1)
"""As long as the schedule lasts: pauses use up no try, so nothing else would end a series of
them."""
QUOTA_MAX = dt.timedelta(days=32)
"""A used-up quota comes back next month at the latest."""
SILENT = dt.timedelta(hours=1)
"""A channel that has accepted nothing for this long is broken, whatever it answers."""
UNKNOWNS_MAX = 3
"""Where the receiver cannot tell a repeat by its id, people see at most this many of them."""
REPEATS = (MINUTE, 30 * MINUTE, 8 * HOUR)
"""Seconds before each of them, spread over a day's outage because they are few."""
BREAKER = 3
"""Failures in a row, over different dispatches, that open the breaker."""
BREAKER_FIRST, BREAKER_LONGEST = MINUTE, HOUR
NOT_STARTED, STOPPED = "not_started", "stopped"
OURS = frozenset({NOT_STARTED, STOPPED})
"""Codes for a worker that stopped: they say nothing about the channel."""
SEALED = "secret_unreadable"
SEALED_HINT = "The stored secret cannot be read with this secret key. Enter it again."
SOFTER = {"normal": 0, "fallback": 1, "neutral": 2}
"""Renderings of the same content, each tried at most once: as configured, in the plainest format,
without the visitor's words."""


class Verdict(msgspec.Struct, kw_only=True):
    """`state` of the dispatch: sent, retry or failed."""

    state: str
    retry_at: dt.datetime | None = None
    tries: int = 0
    unknowns: int = 0
    rendering: str = "normal"
    reason: str = ""


SELDOM = dt.timedelta(days=7)
"""Without a success for this long, nobody knows whether a channel works."""


def is_unproven(channel: ChannelRow, now: dt.datetime) -> bool:
    """Whether nothing of the last week says that it still works: no success, no look and nobody who
    saw a test."""
    known = (channel.ok_at, channel.received_at, channel.checked_at)
    return not any(at and at > now - SELDOM for at in known)


class Health(msgspec.Struct, kw_only=True):
    """The channel's columns after a failure."""

    failures: int
    failed_dispatch: uuid.UUID | None
    paused_until: dt.datetime | None
    stopped: bool
    opened: bool
    """True when this failure is the one to announce."""


def spent(dispatch: DispatchRow, sender: type[Sender]) -> bool:
    """Whether no further try is due after an unknown outcome. For a visitor, no confirmation is
    better than two."""
    most = 0 if dispatch.kind == CONFIRM else UNKNOWNS_MAX
    too_many = dispatch.unknowns > most and not sender.idempotent
    return too_many or dispatch.tries > len(SCHEDULE)


def of(
    error: SendError,
    dispatch: DispatchRow,
    sender: type[Sender],
    now: dt.datetime,
    *,
    dice: random.Random | None = None,
) -> Verdict:
    """`dispatch` gives tries, unknowns and rendering so far, and when it was begun."""
    tries, unknowns = dispatch.tries, dispatch.unknowns
    verdict = Verdict(
        state="retry", tries=tries + 1, unknowns=unknowns, rendering=dispatch.rendering
    )
    if error.outcome == "rate_limited" and dispatch.kind != CONFIRM:
        verdict.tries = tries
        if now - dispatch.created_at >= (QUOTA_MAX if error.quota else AGE_MAX):
            return _failed(verdict, "tries_used_up")
        verdict.retry_at = now + pause(error)
        return verdict
    if error.code == NOT_STARTED:
        verdict.tries = tries
        verdict.retry_at = now
        return verdict
    if error.code == SEALED:
        # Nothing was tried. It waits as long as needed; the channel shows as broken.
        verdict.tries = tries
        verdict.retry_at = now + dt.timedelta(seconds=SLOW_FIRST)
        return verdict
    if error.outcome in {"permanent_config", "gone"}:
        return _failed(verdict, error.outcome)
    lost = error.outcome == "unknown" and error.code != UNREADABLE
    # The platform did not answer, so it hardly arrived; the next try says "repeat".
    verdict.unknowns = unknowns + 1 if lost else max(unknowns, error.outcome == "unknown")
    if _is_softer(error, verdict.rendering):
        return _plainer(verdict, error, tries, now)
    if error.outcome == "permanent_content":
        return _failed(verdict, error.outcome)
    so_far = msgspec.structs.replace(dispatch, tries=verdict.tries, unknowns=verdict.unknowns)
    if spent(so_far, sender):
        return _failed(
            verdict, "outcome_unknown" if error.outcome == "unknown" else "tries_used_up"
        )
    wait = _gap(error, verdict.tries, dice or random.SystemRandom())
    if lost and error.code not in OURS and not sender.idempotent:
        wait = max(wait, dt.timedelta(seconds=REPEATS[verdict.unknowns - 1]))
    verdict.retry_at = now + wait
    return verdict


def anew(decided: Verdict, error: SendError, now: dt.datetime) -> Verdict:
    """The verdict when the settings changed during the send: a failure or pause of the old ones
    becomes a retry at once. An unknown outcome stays as decided."""
    if error.outcome == "unknown":
        return decided
    if decided.state == "failed" or error.outcome == "rate_limited":
        decided.state, decided.reason, decided.retry_at = "retry", "", now
    return decided


def _failed(verdict: Verdict, reason: str) -> Verdict:
    verdict.state, verdict.reason = "failed", reason
    return verdict


def _is_softer(error: SendError, rendering: str) -> bool:
    softer = remedy(error)
    return bool(softer) and SOFTER[softer] > SOFTER[rendering]


def _plainer(verdict: Verdict, error: SendError, tries: int, now: dt.datetime) -> Verdict:
    """Retries in a softer rendering, which uses up no try of the schedule."""
    verdict.rendering, verdict.tries = remedy(error), tries
    wait = error.after if error.after and error.after <= AFTER_MAX else 0
    verdict.retry_at = now + dt.timedelta(seconds=wait)
    return verdict


def _gap(error: SendError, tries: int, dice: random.Random) -> dt.timedelta:
    seconds = SCHEDULE[min(tries, len(SCHEDULE)) - 1] * (1 + JITTER * (2 * dice.random() - 1))
    if error.outcome == "unknown" or error.code == "timeout" or error.http_status == 429:
        seconds = max(seconds, SLOW_FIRST)
    if error.after is not None and 0 < error.after <= AFTER_MAX:
        seconds = max(seconds, error.after)
    return dt.timedelta(seconds=seconds)


def pause(error: SendError) -> dt.timedelta:
    """How long a platform's "too fast" keeps the credential quiet."""
    after = error.after if error.after and 0 < error.after <= AFTER_MAX else SLOW_FIRST
    return dt.timedelta(seconds=after)


def quiet_until(paused: dt.datetime | None, blocked: dt.datetime | None) -> dt.datetime | None:
    """The breaker's pause or the platform's, whichever is longer."""
    return max((until for until in (paused, blocked) if until), default=None)


def health(
    error: SendError,
    channel: ChannelRow,
    dispatch: uuid.UUID,
    now: dt.datetime,
    *,
    begun: dt.datetime | None = None,
) -> Health:
    """Refused content says nothing about the channel. A rate limit blocks its bucket, and is a
    failure only if a plain web server answers nothing else for long, or a quota is used up.
    `begun`: when the dispatch began."""
    failures, last = channel.failures, channel.failed_dispatch
    paused = channel.paused_until
    silent = error.quota or _is_silent(error, channel, begun or now, now)
    if error.outcome in {"permanent_content", "rate_limited"} and not silent:
        return Health(
            failures=failures,
            failed_dispatch=last,
            paused_until=paused,
            stopped=False,
            opened=False,
        )
    broken = silent or error.outcome in {"permanent_config", "gone"} or error.code == SEALED
    if failures >= BREAKER and paused is not None and paused > now:
        # It was under way when the breaker opened: not a further failure.
        return Health(
            failures=failures,
            failed_dispatch=last,
            paused_until=paused,
            stopped=error.outcome == "gone",
            opened=False,
        )
    if failures == 0 or last != dispatch:
        failures += 1
    if broken:
        failures = max(failures, BREAKER)
    if failures >= BREAKER:
        wait = min(BREAKER_LONGEST, BREAKER_FIRST * 2 ** min(failures - BREAKER, 10))
        paused = now + dt.timedelta(seconds=wait)
    return Health(
        failures=failures,
        failed_dispatch=dispatch,
        paused_until=paused,
        stopped=error.outcome == "gone",
        opened=failures >= BREAKER and channel.announced_at is None,
    )


def _is_silent(error: SendError, channel: ChannelRow, begun: dt.datetime, now: dt.datetime) -> bool:
    """Counts by time: with one message a day, one dispatch alone never makes three failures."""
    if error.outcome == "permanent_content":
        return False
    if error.outcome != "rate_limited":
        first = channel.failing_since
        return first is not None and now - first >= SILENT
    if error.code != f"http_{error.http_status}":
        return False
    last_ok = channel.ok_at
    return now - max(begun, last_ok or begun) >= SILENT
