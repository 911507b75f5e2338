"""A line of the log: one delivery or one test, with what it waits for."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app import database
from app.deliveries.tries import Try, attempts, try_of
from app.deliveries.verdict import quiet_until
from app.errors import NotFound
from app.reading import uids

WAITING = ("pending", "sending")


class Logged(msgspec.Struct, kw_only=True):
    """One delivery, or one test.

    `waits_for` says why it has not gone yet: "time" (it is due later), "retry", "pause" (the
    channel rests), "mending" (the channel does not work until somebody mends it), "place" (the
    limit), "answer" (it is on the wire), or nothing; `next_at` until when, where that is known.
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


COLUMNS = (
    "SELECT d.*, m.reference, m.name AS visitor, c.name AS channel_name, c.kind, c.enabled,"
    " c.archived_at, c.paused_until, c.blocked_until, c.stopped_at, c.bucket,"
    " s.state AS dispatch_state, s.retry_at, s.size,"
    " a.name AS about_name, a.kind AS about_kind FROM delivery d"
    " JOIN channel c ON c.id = d.channel LEFT JOIN message m ON m.id = d.message"
    " LEFT JOIN dispatch s ON s.id = d.dispatch LEFT JOIN channel a ON a.id = d.about"
)
TESTS = (
    "SELECT t.*, c.name AS channel_name, c.kind, c.enabled, c.archived_at FROM attempt t"
    " JOIN channel c ON c.id = t.channel"
)


async def logged(organization: uuid.UUID, uid: str) -> tuple[Logged, dict[str, Any]]:
    """One delivery or test, and its row."""
    wanted = uids.uid(uid)
    rows = await database.fetch(
        f"{COLUMNS} WHERE d.organization = {{}} AND d.id = {{}}", organization, wanted
    )
    if rows:
        return (await deliveries_of(organization, rows))[0], rows[0]
    rows = await database.fetch(
        f"{TESTS} WHERE t.organization = {{}} AND t.id = {{}} AND t.dispatch IS NULL",
        organization,
        wanted,
    )
    if not rows:
        raise NotFound
    return test_of(rows[0]), rows[0]


async def deliveries_of(organization: uuid.UUID, rows: list[dict[str, Any]]) -> list[Logged]:
    if not rows:
        return []
    now = await database.now()
    tries = await attempts([row["dispatch"] for row in rows if row["dispatch"]])
    found = [_delivery(row, tries.get(row["dispatch"], []), now) for row in rows]
    if any(each.waits_for == "place" for each in found):
        free = await _first_free(organization, now)
        for row, each in zip(rows, found, strict=True):
            if each.waits_for == "place":
                each.next_at = free.get(row["bucket"])
    return found


async def _first_free(organization: uuid.UUID, now: dt.datetime) -> dict[str, dt.datetime | None]:
    """When the next place of each bucket comes free."""
    rows = await database.fetch(
        "SELECT bucket, min(blocks_until) AS at FROM attempt"
        " WHERE organization = {} AND blocks_until > {} GROUP BY bucket",
        organization,
        now,
    )
    return {row["bucket"]: database.moment(row["at"]) for row in rows}


def _delivery(row: Mapping[str, Any], tries: list[Try], now: dt.datetime) -> Logged:
    waits_for, next_at = _waiting(row, now)
    return Logged(
        test=False,
        message_uid=str(row["message"]) if row["message"] else None,
        reference=row["reference"] or "",
        visitor=row["visitor"] or "",
        about=row["about_name"] or row["about_kind"] or "",
        shared=row["size"] or 1,
        tries=len(tries),
        last=tries[-1] if tries else None,
        waits_for=waits_for,
        next_at=next_at,
        **_common(row),
        **{name: row[name] for name in AS_THEY_ARE},
    )


AS_THEY_ARE = ("purpose", "state", "reason", "created_at", "due_at", "done_at", "replayed_at")


def _common(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "uid": str(row["id"]),
        "channel_uid": str(row["channel"]),
        "channel_name": row["channel_name"],
        "kind": row["kind"],
        "channel_on": bool(row["enabled"]) and row["archived_at"] is None,
        "dispatch": str(row["dispatch"]) if row["dispatch"] else None,
    }


def test_of(row: Mapping[str, Any]) -> Logged:
    return Logged(
        test=True,
        message_uid=None,
        reference="",
        visitor="",
        about="",
        purpose="test",
        state="sent" if row["outcome"] == "ok" else "failed",
        reason="",
        created_at=row["started_at"],
        due_at=row["started_at"],
        done_at=row["finished_at"],
        replayed_at=None,
        shared=1,
        tries=1,
        last=try_of(row),
        waits_for="",
        next_at=None,
        **_common(row),
    )


def _waiting(row: Mapping[str, Any], now: dt.datetime) -> tuple[str, dt.datetime | None]:
    """Why it has not gone yet, as the next plan will see it."""
    if row["state"] not in WAITING:
        return "", None
    if row["dispatch_state"] == "sending":
        return "answer", None
    if row["stopped_at"] is not None:
        return "mending", None
    retrying = row["state"] == "sending"
    due: dt.datetime = (row["retry_at"] if retrying else row["due_at"]) or now
    paused = quiet_until(row)
    if paused is not None and paused > max(now, due):
        return "pause", paused
    if due > now:
        return "retry" if retrying else "time", due
    return "place", None
