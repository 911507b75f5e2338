"""The courier carries what was planned: all sends at once, none inside a transaction.

Between sends it takes turns with each organization: how tries went is recorded, and what is sent
now is planned, in one transaction. Whoever comes meanwhile shares the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from weakref import WeakValueDictionary

import msgspec

from app import database, maintenance
from app.channels.sender import Acceptance, Parcel, Sender
from app.database.batch import Batch
from app.deliveries import traced
from app.deliveries.owe import lock
from app.deliveries.parcel import pack
from app.deliveries.plan import Planner
from app.deliveries.planned import Planned
from app.deliveries.record import Went, write
from app.deliveries.recovery import Knocker
from app.deliveries.sealed import sender_of
from app.deliveries.tries import MENTIONED
from app.deliveries.verdict import NOT_STARTED, SEALED, SEALED_HINT, STOPPED
from app.egress.way import Egress
from app.errors import NotFound, SendError, Unavailable
from app.metrics.counted import SEND_SECONDS, SENDS
from app.secrets import Unreadable
from app.tracing import spans
from app.tracing.spans import Span

log = logging.getLogger(__name__)

SENDS_AT_ONCE = 100
ON_THE_WIRE = 4
"""Concurrent sends of one channel: one that hangs holds a few seats, not all. A send that waits for
a seat has not begun, and its deadline does not run yet."""
ENOUGH = 3 * ON_THE_WIRE
"""With so many of a channel under way, a send that got through is recorded and no more are planned:
the next plan has many to start, and takes hardly longer for them than for one."""
START_SECONDS = 15.0
"""A stalled process must not start to send later than this after its grant: with the deadline and
two seconds more it still ends before the lease does."""
DATABASE_RETRY = 1.0
RECORD_SECONDS = 2.0
"""Time after a stop's grace to write down what was cut off."""


class Courier:
    """One in each worker process. Its memory may be lost at any moment."""

    def __init__(self, egress: Egress) -> None:
        self.egress = egress
        self._knocker = Knocker(egress, self.look)
        self._seats = asyncio.Semaphore(SENDS_AT_ONCE)
        self._gates: WeakValueDictionary[uuid.UUID, asyncio.Semaphore] = WeakValueDictionary()
        self._sending: set[asyncio.Task[None]] = set()
        self._under_way: Counter[uuid.UUID] = Counter()
        """By channel: what was planned here and has not been sent yet."""
        self._draining: dict[uuid.UUID, asyncio.Task[None]] = {}
        self._again: set[uuid.UUID] = set()
        self._stopping = False

    def look(self, organization: uuid.UUID) -> None:
        """Plans until nothing is left to plan, in a task of its own: no caller waits for a busy
        organization, and a cancelled caller does not cut a plan in two.

        An organization that is being planned already is planned once more afterwards. Nothing of
        the caller's context reaches what is sent: neither its transaction nor what it may see.
        """
        if self._stopping:
            return
        if organization in self._draining:
            self._again.add(organization)
            return
        nothing = contextvars.Context()
        task = asyncio.create_task(self._drain(organization), context=nothing)
        self._draining[organization] = task

    async def drain(self, organization: uuid.UUID) -> None:
        """Like `look`, but waits until it is done; returns at once when one was running already."""
        begun = organization in self._draining
        self.look(organization)
        if not begun and (task := self._draining.get(organization)):
            await asyncio.shield(task)

    async def _drain(self, organization: uuid.UUID) -> None:
        more = True
        try:
            while more:
                async with self._seats:
                    pass
                # Only now: a rest or a stop may have begun while it waited for a seat.
                if self._stopping or await maintenance.is_on():
                    break
                self._again.discard(organization)
                more = await self._turn(organization) or organization in self._again
        except (NotFound, Unavailable):
            # An away database is met again by the sweep, which also finds this organization.
            pass
        except Exception:
            log.exception("plan failed", extra={"organization": str(organization)})
        finally:
            del self._draining[organization]

    async def _turn(self, organization: uuid.UUID, went: Went | None = None) -> bool:
        """Records what went, plans, and begins to carry. Whether the next plan finds something."""
        enough = went is not None and self._has_enough(went)
        plans = went is None or not (
            enough or self._stopping or self._seats.locked() or await maintenance.is_on()
        )
        began = time.time_ns()
        done = await turn(organization, went, plans=plans)
        ended = time.time_ns()
        for one in done.planned:
            # Nothing of the send that ended belongs to the next one.
            nothing = contextvars.Context()
            task = asyncio.create_task(self._carry(one, began, ended), context=nothing)
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
            self._under_way[one.channel.id] += 1
        return done.more or not (plans or enough)

    def _has_enough(self, went: Went) -> bool:
        """What waits elsewhere in the organization is marked as due, and the sweep finds it."""
        under_way = self._under_way[went.planned.channel.id]
        return under_way >= ENOUGH and isinstance(went.outcome, Acceptance)

    async def _carry(self, planned: Planned, began: int, ended: int) -> None:
        """`began` and `ended`: when it was planned, for its trace."""
        async with traced.carrying(planned, began, ended) as span:
            more = await self._carry_out(planned, span)
        if more:
            await self.drain(planned.organization)

    async def _carry_out(self, planned: Planned, span: Span) -> bool:
        try:
            await asyncio.sleep(planned.delay)
            async with self._gate(planned.channel.id), self._seats:
                started = time.monotonic()
                outcome = await self._try(planned)
        except asyncio.CancelledError:
            started, outcome = time.monotonic(), _not_started()
        finally:
            self._under_way -= Counter({planned.channel.id: 1})
        with spans.span("record"):
            more = await self._record(planned, outcome, int((time.monotonic() - started) * 1000))
        self._knocker.follow(planned, outcome)
        if isinstance(outcome, SendError):
            span.set(outcome=outcome.outcome, code=outcome.code)
            span.fail(outcome.outcome)
            await traced.tell(planned, outcome)
        return more

    def _gate(self, channel: uuid.UUID) -> asyncio.Semaphore:
        return self._gates.setdefault(channel, asyncio.Semaphore(ON_THE_WIRE))

    async def _try(self, planned: Planned) -> Acceptance | SendError:
        try:
            sender = sender_of(planned.channel)
            with spans.span("render"):
                parcel = await pack(planned)
        except Unreadable:
            # Nothing is wrong with the notice: it waits for the key, or for the secret.
            return SendError("retry", SEALED, hint=SEALED_HINT, left=False)
        except Unavailable:
            return _not_started()
        except Exception as error:
            return _internal(error, planned, left=False)
        if self._stopping or time.monotonic() - planned.granted > START_SECONDS:
            return _not_started()
        with spans.span("send", "client", channel_kind=planned.channel.kind) as span:
            outcome = await self._send(planned, sender, parcel)
            if isinstance(outcome, SendError):
                span.fail(outcome.outcome)
        return _mentioning(outcome, sender, parcel)

    async def _send(
        self, planned: Planned, sender: Sender, parcel: Parcel
    ) -> Acceptance | SendError:
        try:
            async with asyncio.timeout(sender.deadline + 2):
                return await sender.send(parcel, self.egress)
        except SendError as error:
            return error
        except TimeoutError:
            return SendError("unknown", "timeout", hint="The other side did not answer in time")
        except asyncio.CancelledError:
            return SendError("unknown", STOPPED, "the worker was stopped while sending")
        except Exception as error:
            return _internal(error, planned, left=True)

    async def _record(
        self, planned: Planned, outcome: Acceptance | SendError, duration_ms: int
    ) -> bool:
        """Keeps the outcome while the database is away, for as long as the process lives. Whether
        the next plan finds something."""
        went = Went(planned, outcome, duration_ms)
        while True:
            try:
                more = await self._turn(planned.organization, went)
                break
            except Unavailable:
                await asyncio.sleep(DATABASE_RETRY)
        kind = planned.channel.kind
        SENDS.add(kind, outcome.outcome if isinstance(outcome, SendError) else "ok")
        SEND_SECONDS.observe(duration_ms / 1000, kind)
        return more

    async def stop(self, grace: float) -> None:
        """Stops planning, lets running sends end, gives back what has not begun, and records the
        rest as unknown. What cannot be recorded is left to its lease."""
        self._stopping = True
        await self._wait(grace)
        # What a plan that goes on yet has granted is given back, and not left to its lease.
        for plans_too in (False, True):
            for task in (*self._sending, *(self._draining.values() if plans_too else ())):
                task.cancel()
            await self._wait(RECORD_SECONDS)
        # Last: a send that fails meanwhile begins a knock, too.
        await self._knocker.stop()

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while busy := [*self._draining.values(), *self._sending]:
                    await asyncio.wait(busy)


def _mentioning(
    outcome: Acceptance | SendError, sender: Sender, parcel: Parcel
) -> Acceptance | SendError:
    """What was accepted says whom it mentions, for the story."""
    pairs = zip(parcel.on_duty, parcel.called, strict=True)
    told = [uid for uid, handles in pairs if sender.mentions(handles)]
    if isinstance(outcome, SendError) or not told:
        return outcome
    return msgspec.structs.replace(outcome, facts={**outcome.facts, MENTIONED: " ".join(told)})


def _not_started() -> SendError:
    return SendError("retry", NOT_STARTED, left=False)


def _internal(error: Exception, planned: Planned, *, left: bool) -> SendError:
    log.error("sender failed", exc_info=error, extra={"kind": planned.channel.kind})
    return SendError("retry", "internal", type(error).__name__, left=left)


class Work(msgspec.Struct, frozen=True):
    """A try that ended, or none; and whether more may be planned now."""

    went: Went | None
    plans: bool


class Turn(msgspec.Struct, frozen=True):
    """What was planned, each for one of those who came together."""

    planned: Sequence[Planned] = ()
    more: bool = False
    """The next plan will find something."""


async def turn(organization: uuid.UUID, went: Went | None = None, *, plans: bool = True) -> Turn:
    return await _together(organization, Work(went, plans))


async def _commit(organization: uuid.UUID, works: Sequence[Work]) -> list[Turn | Exception]:
    all_went = [each.went for each in works if each.went is not None]
    plans = any(each.plans for each in works)
    try:
        done = await _write(organization, all_went, plans=plans)
    except Exception as error:
        unknown = isinstance(error, Unavailable) and error.unknown
        if unknown or not (all_went and plans):
            raise
        # Whatever a plan stumbles over, a lock or a slow statement too, what went is on record.
        done = await _write(organization, all_went, plans=False)
    return [done, *[Turn()] * (len(works) - 1)]


async def _write(organization: uuid.UUID, all_went: Sequence[Went], *, plans: bool) -> Turn:
    planner = Planner(organization)
    async with database.transaction():
        org = await lock(organization)
        if all_went:
            await write(all_went, org)
        if plans:
            await planner.run(org)
    return Turn(planner.planned, planner.more)


_together: Batch[uuid.UUID, Work, Turn] = Batch(_commit)
