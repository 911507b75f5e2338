"""Which submissions a send is about, for logs and traces."""

from __future__ import annotations

import contextlib
import logging
import uuid
from collections.abc import AsyncIterator

import msgspec
from structlog.contextvars import bound_contextvars

from app import database
from app.deliveries import statements
from app.deliveries.planned import Planned
from app.deliveries.verdict import OURS
from app.errors import SendError, Unavailable
from app.tracing import spans
from app.tracing.ids import TRACES_MAX, listed, trace_of
from app.tracing.spans import Span

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


@contextlib.asynccontextmanager
async def carrying(planned: Planned, began: int, ended: int) -> AsyncIterator[Span]:
    """The log lines of this block name the dispatch; its span hangs from the submission's, and has
    the plan in it, which began and ended then (nanoseconds)."""
    dispatch, attempt = str(planned.dispatch), planned.number
    with bound_contextvars(dispatch=dispatch, attempt=attempt):
        if not spans.on():
            yield spans.NOTHING
            return
        found = await traces(planned.dispatch)
        with spans.span(
            "dispatch",
            traces=found,
            start=began,
            dispatch=dispatch,
            attempt=attempt,
            channel_kind=planned.channel.kind,
            dispatch_kind=planned.kind,
        ) as span:
            spans.past("plan", began, ended)
            yield span


async def tell(planned: Planned, error: SendError) -> None:
    """A line for a try that failed, which the line of the request that caused it leads to. Without
    what the platform said, which may quote a visitor: the log of deliveries has it."""
    # A line that nobody sees must not ask the database.
    if error.code in OURS or not log.isEnabledFor(logging.INFO):
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
