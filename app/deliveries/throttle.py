"""How many sends a channel may start now. Pure arithmetic over the attempts of the last minute.

An attempt takes a place from its start until a minute after its end (or after its lease, while it
is not known to have ended), so no 60 seconds ever hold more starts than the limit.
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Iterable

import msgspec

WINDOW = dt.timedelta(seconds=60)
RESERVED_OF_TEN = 2
"""Of ten places that several priorities share, this many wait for high priority."""


class Usage(msgspec.Struct):
    """Places that one channel takes of one bucket, and when the first of them comes free. Without a
    channel: taken by another organization that shares the bucket."""

    channel: uuid.UUID | None
    bucket: str
    taken: int
    first_free: dt.datetime
    last: dt.datetime
    """When the newest of them starts."""


class Rule(msgspec.Struct, frozen=True):
    """What binds one channel. None or 0 means no limit."""

    channel: uuid.UUID
    bucket: str
    limit: int | None
    cap: int | None
    high: bool
    shares_with_high: bool
    aged: bool = False
    """Its first delivery has waited so long that reserved places are open to it."""


def places(rule: Rule, usage: Iterable[Usage], total_limit: int | None, *, among: int = 1) -> float:
    """Free places; infinity without a limit. What is left of the total is shared `among` so many
    channels that have something to send, so that the first does not take it all."""
    mine = total = everybody = 0
    for use in usage:
        ours = 0 if use.channel is None else use.taken
        total += ours
        if use.channel == rule.channel or use.bucket == rule.bucket:
            mine += ours
            everybody += use.taken
    yields = not rule.high and not rule.aged
    reserve = rule.shares_with_high and yields
    free = min(
        _free(rule.limit or 0, mine, reserve=reserve),
        _free(rule.cap or 0, everybody, reserve=reserve),
    )
    shared = _free(total_limit or 0, total, reserve=yields)
    return min(free, shared if shared == math.inf else math.ceil(shared / among))


def _free(limit: int, taken: int, *, reserve: bool) -> float:
    if limit == 0:
        return math.inf
    return max(0, (unreserved(limit) if reserve else limit) - taken)


def unreserved(limit: int) -> int:
    """Places of a limit that do not wait for high priority."""
    return limit - limit * RESERVED_OF_TEN // 10


def next_start(
    bucket: str, spacing: float, usage: Iterable[Usage], now: dt.datetime
) -> dt.datetime:
    """When the platform, which counts this bucket by the second too, takes one more."""
    last = max((use.last for use in usage if use.bucket == bucket), default=None)
    if last is None or not spacing:
        return now
    return max(now, last + dt.timedelta(seconds=spacing))


def next_free(rule: Rule, usage: Iterable[Usage], total_limit: int | None) -> dt.datetime | None:
    """The earliest moment at which a place that binds this channel comes free."""
    return min(
        (
            use.first_free
            for use in usage
            if (total_limit and use.channel is not None)
            or use.channel == rule.channel
            or use.bucket == rule.bucket
        ),
        default=None,
    )
