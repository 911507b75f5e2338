"""Faults that are planted into the engine, one at a time, to see whether the simulation finds them.
Each is a change of one function's text; `says` is what it breaks."""

from __future__ import annotations

import importlib
import inspect
import sys
import types
from collections.abc import Iterator
from typing import Any

import msgspec


class Fault(msgspec.Struct, frozen=True):
    name: str
    module: str
    old: str
    new: str
    says: str


PLAN, RECORD = "app.deliveries.plan", "app.deliveries.record"
COURIER, OWE = "app.deliveries.courier", "app.deliveries.owe"
SIGHT, VERDICT = "app.deliveries.sight", "app.deliveries.verdict"
LEAVE, THROTTLE = "app.messages.leave", "app.deliveries.throttle"

FAULTS = (
    Fault(
        "one more than the limit",
        THROTTLE,
        "return max(0, (unreserved(limit) if reserve else limit) - taken)",
        "return max(0, (unreserved(limit) if reserve else limit) + 1 - taken)",
        "the limit",
    ),
    Fault(
        "the total is not counted",
        THROTTLE,
        "shared = _free(total_limit or 0, total, reserve=yields)",
        "shared = math.inf",
        "the limit over all channels",
    ),
    Fault(
        "a place is free when its send began",
        PLAN,
        "blocks_until=planned.lease_until + throttle.WINDOW,",
        "blocks_until=self.now + dt.timedelta(seconds=1),",
        "the limit",
    ),
    Fault(
        "a place is free when its send ended",
        "app.deliveries.tries",
        "return now + throttle.WINDOW if left else now",
        "return now",
        "the limit",
    ),
    Fault(
        "a jump of the clock frees places",
        SIGHT,
        "self.now - self.held\n",
        "self.now\n",
        "the limit, after the clock was put forward",
    ),
    Fault(
        "a lapsed lease is nobody's",
        SIGHT,
        "return dispatch.lease_until + self.held",
        "return dispatch.lease_until + dt.timedelta(days=365)",
        "an end of every delivery, after a crash",
    ),
    Fault(
        "a jump of the clock ends leases",
        SIGHT,
        "return dispatch.lease_until + self.held",
        "return dispatch.lease_until",
        "one send at a time",
    ),
    Fault(
        "sent before it is sent",
        PLAN,
        'dispatch.state, dispatch.lease_until, dispatch.retry_at = "sending", lease, None',
        'dispatch.state, dispatch.lease_until, dispatch.retry_at = "sent", lease, None',
        "nothing is lost when a worker dies",
    ),
    Fault(
        "what lapsed is taken for sent",
        PLAN,
        "            dispatch.unknowns += 1\n            dispatch.tries += 1\n",
        '            dispatch.state = "sent"\n            self.fresh.append(dispatch)\n'
        "            return\n",
        "nothing is lost when a worker dies",
    ),
    Fault(
        "lapsed tries are not counted",
        PLAN,
        "            dispatch.unknowns += 1\n            dispatch.tries += 1\n",
        "",
        "repeats are bounded",
    ),
    Fault(
        "each try has a new id",
        PLAN,
        "        self._start(channel, dispatch)\n\n    def _rests",
        "        dispatch.id = new_id()\n        self._start(channel, dispatch)\n\n    def _rests",
        "repeats go under the same id",
    ),
    Fault(
        "a failure is forgotten",
        COURIER,
        "            except Unavailable:\n                await asyncio.sleep(DATABASE_RETRY)",
        "            except Unavailable:\n                break",
        "a yes is written down when the database is back",
    ),
    Fault(
        "an unknown outcome is a success",
        RECORD,
        "for went in all_went if isinstance(went.outcome, Acceptance)], org",
        "for went in all_went if getattr(went.outcome, 'outcome', 'unknown') == 'unknown'], org",
        "sent means that the platform said so",
    ),
    Fault(
        "a failed try is the last",
        RECORD,
        "        decided.retry_at,\n        _joined(dispatch.accepted",
        "        now + dt.timedelta(days=999),\n        _joined(dispatch.accepted",
        "every delivery reaches an end",
    ),
    Fault(
        "late failures undo later successes",
        RECORD,
        '    if dispatch.state != "sending" or dispatch.attempts != planned.number:\n'
        "        return\n",
        "",
        "a later success stays",
    ),
    Fault(
        "unknown outcomes are tried for ever",
        VERDICT,
        "too_many = dispatch.unknowns > most and not sender.idempotent",
        "too_many = False",
        "repeats are bounded",
    ),
    Fault(
        "the stand-in speaks always",
        RECORD,
        "    await fallback.not_needed([each.dispatch for each in with_stand_in], now)\n",
        "",
        "what stands in speaks only in case",
    ),
    Fault(
        "the stand-in never speaks",
        RECORD,
        "        await fallback.needed([dispatch.id], now)\n",
        "",
        "what stands in speaks at once when its channel failed for good",
    ),
    Fault(
        "every failure is announced",
        VERDICT,
        "opened=failures >= BREAKER and channel.announced_at is None,",
        "opened=failures >= BREAKER,",
        "a broken channel is announced once",
    ),
    Fault(
        "handled messages are told",
        OWE,
        "    for sql in statements.CANCEL:\n",
        "    for sql in ():\n",
        "what is handled is told to nobody",
    ),
    Fault(
        "a second try asks for nothing",
        PLAN,
        '        if reason := self.over.get(dispatch.id, ""):\n',
        '        if reason := "":\n',
        "what is handled is not tried again",
    ),
    Fault(
        "a failed commit is a success",
        "app.database.sqlite",
        "            await self._undo()\n            raise\n        await self.connection.close()",
        "            await self._undo()\n            return False\n"
        "        await self.connection.close()",
        "what is acknowledged is stored",
    ),
    Fault(
        "the same form is stored twice",
        LEAVE,
        "        if known is not None:\n            return self._again(known, submission)\n",
        "",
        "one submission is stored once",
    ),
    Fault(
        "the same text is news",
        LEAVE,
        "        first = self.firsts.get(submission.fingerprint)\n",
        "        first = None\n",
        "the same said again is one message",
    ),
    Fault(
        "nothing is due",
        OWE,
        "values: tuple[Any, ...] = (new, now, now, organization, now)",
        "values: tuple[Any, ...] = (new, now, None, organization, now)",
        "a message is told although nobody rings",
    ),
    Fault(
        "the next look is forgotten",
        PLAN,
        "statements.LOOK_AGAIN, min(self.next, default=None), self.organization",
        "statements.LOOK_AGAIN, None, self.organization",
        "every delivery reaches an end",
    ),
    Fault(
        "the sweep sleeps",
        "app.deliveries.sweep",
        'return await database.values(uuid.UUID, f"{statements.DUE} LIMIT {AT_ONCE}", now)\n',
        "return []\n",
        "a message is told although nobody rings",
    ),
    Fault(
        "a digest has one message",
        "app.deliveries.parcel",
        "notices=tuple([await _notice(row, load) for row in rows]),",
        "notices=tuple([await _notice(row, load) for row in rows[:1]]),",
        "every message of a digest is in it",
    ),
    Fault(
        "the channel rests for ever",
        VERDICT,
        "paused = now + dt.timedelta(seconds=wait)",
        "paused = now + dt.timedelta(days=400)",
        "every delivery reaches an end",
    ),
    Fault(
        "a yes is a no",
        RECORD,
        '    await close(dispatches, "sent", "", now)\n',
        "",
        "what was taken is not sent again",
    ),
)


class Unfit(Exception):
    """The text to be changed does not stand there once."""


def plant(fault: Fault) -> None:
    """In this process, for good."""
    for name, code in changed(fault):
        target: Any = sys.modules[fault.module]
        for part in name.split("."):
            target = inspect.getattr_static(target, part)
        while hasattr(target, "__wrapped__"):
            target = target.__wrapped__
        target.__code__ = code


def changed(fault: Fault) -> list[tuple[str, types.CodeType]]:
    """The functions that it changes, by their qualified names. Raises Unfit when its text does not
    stand there once."""
    module = importlib.import_module(fault.module)
    source, path = inspect.getsource(module), module.__file__ or ""
    if source.count(fault.old) != 1:
        raise Unfit(f"{fault.name}: in {source.count(fault.old)} places")
    was = dict(_functions(compile(source, path, "exec", dont_inherit=True)))
    made = compile(source.replace(fault.old, fault.new), path, "exec", dont_inherit=True)
    return [(name, code) for name, code in _functions(made) if _differs(was[name], code)]


def _functions(code: types.CodeType) -> Iterator[tuple[str, types.CodeType]]:
    """Those of modules and classes, without those inside of others."""
    for const in code.co_consts:
        if not isinstance(const, types.CodeType) or "<" in const.co_qualname:
            continue
        if const.co_flags & inspect.CO_OPTIMIZED:
            yield const.co_qualname, const
        else:
            yield from _functions(const)


def _differs(was: types.CodeType, now: types.CodeType) -> bool:
    """Not where it stands, but what it does."""
    return _said(was) != _said(now)


def _said(code: types.CodeType) -> tuple[Any, ...]:
    parts = [_said(each) if isinstance(each, types.CodeType) else each for each in code.co_consts]
    return code.co_code, code.co_names, code.co_varnames, parts


def named(name: str) -> Fault:
    return next(each for each in FAULTS if each.name == name)
