"""A line of the log: one delivery or one test, with what it waits for."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from piccolo.query.functions import Min

from app import database
from app.contacts import sight
from app.contacts.mask import hidden
from app.database import names
from app.deliveries import statements
from app.deliveries.planned import shown, step
from app.deliveries.rows import Tried
from app.deliveries.tries import Try, attempts, try_of
from app.deliveries.verdict import quiet_until
from app.errors import NotFound
from app.reading import uids
from app.tables import Attempt, Delivery

WAITING = ("pending", "sending")


class Logged(msgspec.Struct, kw_only=True):
    """One delivery, or one test.

    `waits_for` says why it has not gone yet: "time" (it is due later), "retry", "pause" (the
    channel rests), "mending" (somebody must mend the channel), "place" (the limit), "answer" (it is
    being sent), or empty; `next_at` is until when, if known.
    """

    uid: str
    test: bool
    message_uid: str | None
    reference: str
    visitor: str
    channel_uid: str
    channel_name: str
    kind: str
    channel_on: bool
    purpose: str
    about: str
    state: str
    reason: str
    created_at: dt.datetime
    due_at: dt.datetime
    done_at: dt.datetime | None
    replayed_at: dt.datetime | None
    dispatch: str | None
    shared: int
    tries: int
    last: Try | None
    waits_for: str
    next_at: dt.datetime | None
    step: int = 0
    """Which reminder of a chain it is."""
    agent: str | None = None
    """The only one whom it is for, with their name."""
    agent_name: str = ""


class Line(msgspec.Struct, kw_only=True):
    """A delivery with its message, channel and dispatch."""

    id: uuid.UUID
    message: uuid.UUID | None
    channel: uuid.UUID
    purpose: str
    state: str
    reason: str
    created_at: dt.datetime
    due_at: dt.datetime
    done_at: dt.datetime | None
    replayed_at: dt.datetime | None
    dispatch: uuid.UUID | None
    earlier: str
    template: str | None
    reference: str | None
    visitor: str | None
    channel_name: str
    kind: str
    enabled: bool
    archived_at: dt.datetime | None
    paused_until: dt.datetime | None
    blocked_until: dt.datetime | None
    stopped_at: dt.datetime | None
    bucket: str
    dispatch_state: str | None
    retry_at: dt.datetime | None
    size: int | None
    event: str | None
    about_message: uuid.UUID | None
    about_name: str | None
    about_kind: str | None
    agent: uuid.UUID | None
    agent_name: str | None


class TestLine(Tried, kw_only=True):
    """A test with its channel."""

    id: uuid.UUID
    channel: uuid.UUID
    channel_name: str
    kind: str
    enabled: bool
    archived_at: dt.datetime | None


d, t = names(Delivery, "d"), names(Attempt, "a")


async def logged(organization: uuid.UUID, uid: str) -> tuple[Logged, Line | TestLine]:
    """One delivery or test, and its row."""
    wanted = uids.uid(uid)
    sql = f"{statements.LINES} WHERE {d.organization} = ? AND {d.id} = ?"
    if line := await database.row(Line, sql, organization, wanted):
        return (await deliveries_of(organization, [line]))[0], line
    sql = f"{statements.TESTS} WHERE {t.organization} = ? AND {t.id} = ? AND {t.dispatch} IS NULL"
    if test := await database.row(TestLine, sql, organization, wanted):
        return test_of(test), test
    raise NotFound


async def deliveries_of(organization: uuid.UUID, rows: list[Line]) -> list[Logged]:
    if not rows:
        return []
    now = await database.now()
    tries = await attempts([row.dispatch for row in rows if row.dispatch])
    found = [_delivery(row, tries, now) for row in rows]
    if any(each.waits_for == "place" for each in found):
        free = await _first_free(organization, now)
        for row, each in zip(rows, found, strict=True):
            if each.waits_for == "place":
                each.next_at = free.get(row.bucket)
    return found


class _Free(msgspec.Struct):
    bucket: str
    at: dt.datetime


async def _first_free(organization: uuid.UUID, now: dt.datetime) -> dict[str, dt.datetime]:
    """When the next place of each bucket comes free."""
    query = Attempt.select(Attempt.bucket, Min(Attempt.blocks_until, alias="at"))
    query = query.where(Attempt.organization == organization, Attempt.blocks_until > now)
    found = await database.rows(_Free, query.group_by(Attempt.bucket))
    return {each.bucket: each.at for each in found}


def _delivery(row: Line, all_tries: Mapping[uuid.UUID, list[Try]], now: dt.datetime) -> Logged:
    waits_for, next_at = _waiting(row, now)
    tries = all_tries.get(row.dispatch, []) if row.dispatch else []
    return Logged(
        test=False,
        message_uid=str(row.about_message) if row.about_message else None,
        agent=str(row.agent) if row.agent else None,
        agent_name=row.agent_name or "",
        reference=row.reference or "",
        visitor=hidden(row.visitor or "") if sight.masks() else row.visitor or "",
        about=row.event or row.about_name or row.about_kind or "",
        shared=row.size or 1,
        tries=len(tries),
        last=tries[-1] if tries else None,
        waits_for=waits_for,
        next_at=next_at,
        purpose=shown(row.purpose),
        step=step(row.purpose),
        state=row.state,
        reason=row.reason,
        created_at=row.created_at,
        due_at=row.due_at,
        done_at=row.done_at,
        replayed_at=row.replayed_at,
        **_common(row),
    )


def _common(row: Line | TestLine) -> dict[str, Any]:
    return {
        "uid": str(row.id),
        "channel_uid": str(row.channel),
        "channel_name": row.channel_name,
        "kind": row.kind,
        "channel_on": bool(row.enabled) and row.archived_at is None,
        "dispatch": str(row.dispatch) if row.dispatch else None,
    }


def test_of(row: TestLine) -> Logged:
    return Logged(
        test=True,
        message_uid=None,
        reference="",
        visitor="",
        about="",
        purpose="test",
        state="sent" if row.outcome == "ok" else "failed",
        reason="",
        created_at=row.started_at,
        due_at=row.started_at,
        done_at=row.finished_at,
        replayed_at=None,
        shared=1,
        tries=1,
        last=try_of(row),
        waits_for="",
        next_at=None,
        **_common(row),
    )


def _waiting(row: Line, now: dt.datetime) -> tuple[str, dt.datetime | None]:
    """Why it has not gone yet, as the next plan will see it."""
    if row.state not in WAITING:
        return "", None
    if row.dispatch_state == "sending":
        return "answer", None
    if row.stopped_at is not None:
        return "mending", None
    retrying = row.state == "sending"
    due = (row.retry_at if retrying else row.due_at) or now
    paused = quiet_until(row.paused_until, row.blocked_until)
    if paused is not None and paused > max(now, due):
        return "pause", paused
    if due > now:
        if not retrying and row.reason == "quiet":
            return "quiet", due
        return "retry" if retrying else "time", due
    return "place", None
