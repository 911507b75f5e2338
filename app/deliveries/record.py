"""Recording: how a try went, in the transaction of a turn, fenced by the attempt's number."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from app import database
from app.channels.kinds import KINDS
from app.channels.sender import CONFIRM, TO_VISITOR, Acceptance
from app.database import columns
from app.deliveries import fallback, more, recalls, statements, verdict
from app.deliveries.owe import Locked, close, insert, listening, owe
from app.deliveries.places import block
from app.deliveries.planned import Planned
from app.deliveries.recovery import recovered
from app.deliveries.rows import ChannelRow, DispatchRow, Sealed
from app.deliveries.sealed import config_of
from app.deliveries.tries import FINISHED, finished, kept
from app.errors import SendError
from app.feed import channels as feed
from app.secrets import Unreadable
from app.tables import Attempt, Channel


class Went(msgspec.Struct, frozen=True):
    """How one try went."""

    planned: Planned
    outcome: Acceptance | SendError
    duration_ms: int


class _Known(Sealed, kw_only=True):
    """A try's channel as it is stored now. `has_stand_in`: another channel stands in for it.
    `erased`: the message of the try was erased while it was sent."""

    attempt: uuid.UUID
    failures: int
    has_stand_in: bool
    erased: bool


Known = Mapping[uuid.UUID, _Known]
"""By attempt."""


async def write(all_went: Sequence[Went], org: Locked) -> None:
    """A success counts also when it comes late: it is a fact. A failure counts only while its
    attempt is still the newest, else it would undo what a later try did. Only inside a transaction
    that holds the organization's lock."""
    now = org.now
    known = await _known(all_went)
    # A try that is no more went with all that it was about.
    all_went = [went for went in all_went if went.planned.attempt in known]
    await _finish(all_went, known, now)
    await _sent(
        [went.planned for went in all_went if isinstance(went.outcome, Acceptance)], org, known
    )
    for went in all_went:
        if isinstance(went.outcome, SendError):
            await _failed(went.planned, went.outcome, org)
        else:
            await recalls.hold(went.planned, went.outcome, now)


async def _known(all_went: Sequence[Went]) -> Known:
    """All that recording asks the database for, in one trip."""
    attempts = [each.planned.attempt for each in all_went]
    these, ids = database.one_of(columns(Attempt.id, of="a"), attempts)
    found = await database.rows(_Known, statements.ENDED.replace("[these]", these), ids)
    return {each.attempt: each for each in found}


async def _finish(all_went: Sequence[Went], known: Known, now: dt.datetime) -> None:
    """A place stays taken for another minute, or is free at once when nothing was sent."""
    rows = [
        finished(
            each.planned.attempt,
            each.outcome,
            each.duration_ms,
            now,
            alone=_is_to_somebody_alone(each.planned),
            erased=known[each.planned.attempt].erased,
        )
        for each in all_went
    ]
    await database.update(FINISHED, rows)


async def _sent(all_planned: list[Planned], org: Locked, known: Known) -> None:
    if not all_planned:
        return
    now = org.now
    dispatches = [planned.dispatch for planned in all_planned]
    await close(dispatches, "sent", "", now)
    with_stand_in = [each for each in all_planned if known[each.attempt].has_stand_in]
    await fallback.not_needed([each.dispatch for each in with_stand_in], now)
    if any(planned.kind in ("more", "digest") for planned in all_planned):
        await more.told_all(dispatches, now)
    healthy = {
        each.channel.id: known[each.attempt]
        for each in all_planned
        if not (_is_to_somebody_alone(each) or was_changed(each.channel, known[each.attempt]))
    }
    if not healthy:
        return
    organization = all_planned[0].organization
    await feed.mended(organization, org, list(healthy))
    failing = [channel for channel, row in healthy.items() if row.failures]
    await recovered(organization, org, failing)
    these, ids = database.one_of(columns(Channel.id), list(healthy))
    sql = statements.HEAL.replace("[these]", these)
    await database.execute(sql, *statements.HEALED.values(), now, ids)


def was_changed(planned: Sealed, row: Sealed) -> bool:
    """Whether the settings changed during the send: then its outcome says nothing about the new
    ones. Equal settings encrypt differently each time, so they are decrypted."""
    if planned.config == row.config:
        return False
    return bool(_settings(planned) != _settings(row))


def _settings(channel: Sealed) -> Any:
    with contextlib.suppress(Unreadable):
        return config_of(channel)
    return None


async def _failed(planned: Planned, error: SendError, org: Locked) -> None:
    now = org.now
    dispatch = await database.row(DispatchRow, statements.ONE_DISPATCH, planned.dispatch)
    channel = await database.row(ChannelRow, statements.ONE_CHANNEL, planned.channel.id)
    if dispatch is None or channel is None:
        return
    if dispatch.state != "sending" or dispatch.attempts != planned.number:
        return
    decided = verdict.of(error, dispatch, KINDS[channel.kind], now)
    changed = was_changed(planned.channel, channel)
    if changed:
        decided = verdict.anew(decided, error, now)
    if decided.state == "failed":
        await close([dispatch.id], "failed", decided.reason, now)
        await fallback.needed([dispatch.id], now)
    await database.execute(
        statements.RETRY,
        decided.state,
        decided.tries,
        decided.unknowns,
        decided.rendering,
        decided.retry_at,
        _joined(dispatch.accepted, error.accepted),
        _joined(dispatch.refused, error.refused),
        dispatch.id,
    )
    if error.code in verdict.OURS or planned.kind == CONFIRM:
        return
    if error.outcome == "rate_limited":
        await block(planned.organization, planned.channel.bucket, now + verdict.pause(error))
    if not changed and not _is_to_somebody_alone(planned):
        await mark(channel, error, dispatch.id, org, begun=dispatch.created_at)


def _is_to_somebody_alone(planned: Planned) -> bool:
    """Whether one mailbox takes mail says nothing about the way to the team."""
    return planned.kind in TO_VISITOR or planned.agent is not None


def _joined(before: str, names: Iterable[str]) -> str:
    """The recipients that the next try leaves out: they have it, or will never accept it."""
    known = msgspec.json.decode(before, type=set[str])
    return msgspec.json.encode(sorted(known.union(names))).decode()


async def mark(
    channel: ChannelRow,
    error: SendError,
    dispatch: uuid.UUID,
    org: Locked,
    *,
    begun: dt.datetime,
) -> None:
    """The channel's health after a failure of `dispatch`, which began then. Inside a transaction
    that holds the organization's lock."""
    now = org.now
    health = verdict.health(error, channel, dispatch, now, begun=begun)
    said = kept(error)
    announced = now if health.opened else channel.announced_at
    await database.execute(
        statements.MARK,
        health.failures,
        health.failed_dispatch,
        channel.failing_since or (now if health.failures else None),
        health.paused_until,
        now if health.stopped else channel.stopped_at,
        announced,
        now,
        *(said.code, said.message, said.hint, said.facts),
        channel.id,
    )
    if health.opened:
        await _announce(channel, now)
        await feed.broken(channel.organization, org, channel, said.code)


async def _announce(broken: ChannelRow, now: dt.datetime) -> None:
    """Owes an alert about a broken channel to every other channel that works."""
    query = Channel.select(Channel.id).where(
        Channel.organization == broken.organization,
        Channel.failures == 0,
        Channel.stopped_at.is_null(),
    )
    healthy = set(await database.values(uuid.UUID, query)) - {broken.id}
    await insert(
        [
            owe(channel, None, now, purpose="alert", about=broken.id, now=now)
            for channel in await listening(broken.organization)
            if channel.id in healthy
        ]
    )
