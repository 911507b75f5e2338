"""Tries of dispatches, as they are on record."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from app import database
from app.channels.sender import Acceptance
from app.contacts import sight
from app.contacts.mask import hidden
from app.deliveries import throttle
from app.deliveries.rows import TRIED, Tried
from app.errors import SendError
from app.tables import Attempt
from app.text import clean, clean_line

MENTIONED = "mentioned"
"""Among the facts of an accepted try: the uids of those whom it mentioned, with spaces between."""
CODE_MAX, MESSAGE_MAX, RESPONSE_MAX = 64, 500, 2000
RECIPIENTS_MAX = 200


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a try for one recipient; `why` it is not "accepted"."""

    who: str
    state: Literal["accepted", "refused"]
    why: str = ""


class Try(msgspec.Struct, kw_only=True):
    """One attempt. `outcome` is empty while nobody knows how it went; `dispatch` is None for a
    test."""

    number: int
    started_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: str
    code: str
    message: str
    hint: str
    facts: dict[str, Any]
    http_status: int | None
    duration_ms: int | None
    response: str
    dispatch: str | None = None
    recipients: list[Reached] = []


async def attempts(dispatches: list[uuid.UUID]) -> dict[uuid.UUID, list[Try]]:
    """Every try of these dispatches, in order."""
    if not dispatches:
        return {}
    query = Attempt.select(*TRIED).where(Attempt.dispatch.is_in(dispatches))
    found: dict[uuid.UUID, list[Try]] = {}
    for each in await database.rows(Tried, query.order_by(Attempt.number, Attempt.id)):
        if each.dispatch is not None:
            found.setdefault(each.dispatch, []).append(try_of(each))
    return found


def try_of(row: Tried) -> Try:
    """As it is shown: without visitors' addresses for who sees none."""
    found = _try_of(row)
    if not sight.masks():
        return found
    return msgspec.structs.replace(
        found,
        message=hidden(found.message),
        response=hidden(found.response),
        facts={
            name: hidden(value) if isinstance(value, str) else value
            for name, value in found.facts.items()
        },
        recipients=[
            msgspec.structs.replace(each, who=hidden(each.who), why=hidden(each.why))
            for each in found.recipients
        ],
    )


def _try_of(row: Tried) -> Try:
    return Try(
        number=row.number,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=row.outcome,
        code=row.code,
        message=row.message,
        hint=row.hint,
        facts=msgspec.json.decode(row.facts, type=dict[str, Any]),
        http_status=row.http_status,
        duration_ms=row.duration_ms,
        response=row.response,
        dispatch=str(row.dispatch) if row.dispatch else None,
        recipients=msgspec.json.decode(row.recipients, type=list[Reached]),
    )


def reached(tries: Iterable[Try]) -> list[Reached]:
    """What became of it for each recipient, by the last try that says so."""
    found = {each.who.lower(): each for one in tries for each in one.recipients}
    return list(found.values())


def trail(earlier: str, last: uuid.UUID | None) -> list[uuid.UUID]:
    """A delivery's dispatches in order: those before replays, then the last one."""
    before = msgspec.json.decode(earlier, type=list[uuid.UUID])
    return [*before, last] if last else before


class Kept(msgspec.Struct, frozen=True):
    """What an attempt's row keeps of its outcome."""

    outcome: str
    code: str
    message: str
    hint: str
    facts: str
    http_status: int | None
    response: str
    recipients: str = "[]"


def kept(outcome: Acceptance | SendError) -> Kept:
    """Cleans and cuts what the receiver said: an outcome that cannot be stored would be sent again
    and again."""
    facts = {name: clean(str(value)) for name, value in outcome.facts.items()}
    return Kept(
        outcome=outcome.outcome if isinstance(outcome, SendError) else "ok",
        code=clean_line(outcome.code)[:CODE_MAX],
        message=clean(outcome.message)[:MESSAGE_MAX],
        hint=outcome.hint if isinstance(outcome, SendError) else outcome.warning,
        facts=msgspec.json.encode(facts).decode(),
        http_status=outcome.http_status,
        response=clean(outcome.response)[:RESPONSE_MAX],
        recipients=msgspec.json.encode(_recipients(outcome)).decode(),
    )


def _recipients(outcome: Acceptance | SendError) -> list[Reached]:
    """Those that do not get it first: they are never cut off."""
    refused = [
        Reached(who=clean_line(who), state="refused", why=clean_line(why)[:MESSAGE_MAX])
        for who, why in outcome.refused.items()
    ]
    accepted = [Reached(who=clean_line(who), state="accepted") for who in outcome.accepted]
    return [*refused, *accepted][: max(len(refused), RECIPIENTS_MAX)]


class Finished(Kept, frozen=True, kw_only=True):
    """What is written when a try has ended."""

    id: uuid.UUID
    finished_at: dt.datetime
    blocks_until: dt.datetime
    duration_ms: int


FINISHED = (
    Attempt.id,
    Attempt.finished_at,
    Attempt.blocks_until,
    Attempt.duration_ms,
    Attempt.outcome,
    Attempt.code,
    Attempt.message,
    Attempt.hint,
    Attempt.facts,
    Attempt.http_status,
    Attempt.response,
    Attempt.recipients,
)


def finished(
    attempt: uuid.UUID,
    outcome: Acceptance | SendError,
    duration_ms: int,
    now: dt.datetime,
    *,
    alone: bool = False,
    erased: bool = False,
) -> Finished:
    """`alone`: it went to somebody alone, whose address is kept nowhere but with them. `erased`:
    its message was erased meanwhile, so the platform's words, which may repeat it, are left out."""
    said = kept(outcome)
    if erased:
        said = Kept(said.outcome, said.code, "", "", "{}", said.http_status, "")
    elif alone:
        said = msgspec.structs.replace(said, recipients="[]")
    return Finished(
        **msgspec.structs.asdict(said),
        id=attempt,
        finished_at=now,
        blocks_until=free_at(outcome, now),
        duration_ms=duration_ms,
    )


def free_at(outcome: Acceptance | SendError, now: dt.datetime) -> dt.datetime:
    """When the place of a try that ended comes free."""
    left = not isinstance(outcome, SendError) or outcome.left
    return now + throttle.WINDOW if left else now
