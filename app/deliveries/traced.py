"""Which submissions a send is about, for logs and traces."""

from __future__ import annotations

import logging
import uuid

import msgspec

from app import database
from app.deliveries import statements
from app.deliveries.planned import Planned
from app.deliveries.verdict import OURS
from app.errors import SendError, Unavailable
from app.tracing.ids import TRACES_MAX, listed, trace_of

log = logging.getLogger(__name__)


class _Submitted(msgspec.Struct):
    organization: uuid.UUID
    submission_id: str


async def traces(dispatch: uuid.UUID) -> list[str]:
    """Of the messages that it carries, the first of many; none while the database is away."""
    try:
        sql = f"{statements.SUBMITTED} LIMIT {TRACES_MAX}"
        found = await database.rows(_Submitted, sql, dispatch)
    except Unavailable:
        return []
    return [trace_of(each.organization, each.submission_id) for each in found]


async def tell(planned: Planned, error: SendError) -> None:
    """A line for a try that failed, which the line of the request that caused it leads to. Without
    what the platform said, which may quote a visitor: the log of deliveries has it."""
    if error.code in OURS:
        return
    log.info(
        "not sent",
        extra={
            "kind": planned.channel.kind,
            "outcome": error.outcome,
            "code": error.code,
            "trace_id": listed(await traces(planned.dispatch)),
        },
    )
