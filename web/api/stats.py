"""The numbers of the overview for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Router, get

from app.errors import Invalid
from app.hours.schedule import BAD_DATE
from app.overview import figures, spans
from app.overview.figures import Figures, Overview, Share, Waits
from app.overview.spans import Span
from app.people import organizations
from app.reading import dates
from web.api import bearer, filters
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming
from web.http.words import N_


class WaitStats(msgspec.Struct, frozen=True):
    """Of `messages`, half were first handled within `median_minutes`, nine of ten within
    `p90_minutes`; both are null without any."""

    messages: int
    median_minutes: int | None
    p90_minutes: int | None


class ShareStats(msgspec.Struct, frozen=True):
    """So many of all that are decided."""

    count: int
    of: int


class SpanStats(msgspec.Struct, frozen=True):
    """Both days are included."""

    first_day: dt.date
    last_day: dt.date
    new: int
    handled: int
    first_handled: WaitStats
    first_handled_in_office_hours: WaitStats
    promise_kept: ShareStats
    solved: ShareStats


class DayStats(msgspec.Struct, frozen=True):
    first_day: dt.date
    last_day: dt.date
    new: int
    handled: int


class LineStats(msgspec.Struct, frozen=True):
    """What was left, and how many of these are handled. An empty name is none."""

    name: str
    new: int
    handled: int


class CategoryStats(LineStats, frozen=True):
    """`target_minutes` is the target of today; null for none."""

    target_minutes: int | None
    in_time: ShareStats
    solved: ShareStats


class PersonStats(msgspec.Struct, frozen=True):
    """`solved` is what visitors say whose messages were left in these days."""

    name: str
    handled: int
    solved: ShareStats


class AgeStats(msgspec.Struct, frozen=True):
    """What waits now and was left in these days; the oldest have no first day."""

    first_day: dt.date | None
    last_day: dt.date
    waiting: int


class FormStats(msgspec.Struct, frozen=True):
    """How often the form was shown, opened, begun, sent and refused in the days. No list counts
    it."""

    shown: int
    opened: int
    begun: int
    sent: int
    refused: int


class ChannelStats(msgspec.Struct, frozen=True):
    uid: str
    name: str
    type: str
    sent: int
    failed: int


class BrandStats(msgspec.Struct, frozen=True):
    """Of several brands; there are none in the list while there is only one."""

    uid: str
    name: str
    new: int
    handled: int


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """`hours` has what was left in the days by the hour of the week ("mon-09"); an hour without
    any is left out."""

    timezone: str
    new_today: int
    waiting: int
    overdue: int
    now: SpanStats
    before: SpanStats
    days: list[DayStats]
    hours: dict[str, int]
    categories: list[CategoryStats]
    sites: list[LineStats]
    people: list[PersonStats]
    ages: list[AgeStats]
    channels: list[ChannelStats]
    form: FormStats
    brands: list[BrandStats]


READ = Operation(
    id="getStats",
    summary="The numbers of the overview",
    description="Days are those of the organization's time zone. Without any, the last seven; at "
    "most 366. `before` are as many days just before.",
    scope="messages:read",
    answer=Stats,
    parameters=(
        Parameter(
            "range", "Days that end today.", {"type": "string", "enum": ["", *spans.LENGTHS]}
        ),
        Parameter("since", "The first day: 2026-11-01.", {"type": "string", "format": "date"}),
        Parameter("until", "The last day.", {"type": "string", "format": "date"}),
    ),
    faults=(422,),
)


@get("/stats", opt=described(READ))
async def read(request: Incoming) -> Stats:
    asked = filters.read(request.query_params, READERS)
    org = await organizations.by_id(bearer.of(request).organization)
    span = spans.read(asked, await figures.today(org))
    return _stats(org.timezone, await figures.read(org, span))


def _range(text: str) -> str:
    if text in spans.LENGTHS:
        return text
    known = ", ".join(spans.LENGTHS)
    raise Invalid.at("/range", "not_a_choice", N_("Use one of {known}"), known=known)


def _day(place: str) -> Callable[[str], str]:
    def reader(text: str) -> str:
        found = dates.shown(text)
        if not found:
            raise Invalid.at(place, "date_format", BAD_DATE)
        return found

    return reader


READERS: filters.Readers = {
    "range": ("range", _range),
    "since": ("since", _day("/since")),
    "until": ("until", _day("/until")),
}


def _stats(zone: str, found: Overview) -> Stats:
    return Stats(
        timezone=zone,
        new_today=found.new_today,
        waiting=found.pending,
        overdue=found.overdue,
        now=_span(found.span, found.now),
        before=_span(found.span.before, found.before),
        days=[DayStats(bar.span.first, bar.span.last, bar.new, bar.handled) for bar in found.bars],
        hours=found.hours,
        categories=[
            CategoryStats(
                each.name,
                each.new,
                each.handled,
                found.targets.of(each.name),
                _share(each.kept),
                _share(each.solved),
            )
            for each in found.categories
        ],
        sites=[LineStats(each.name, each.new, each.handled) for each in found.sites],
        people=[PersonStats(each.name, each.handled, _share(each.solved)) for each in found.people],
        ages=[AgeStats(age.first, age.last, age.n) for age in found.ages],
        channels=[
            ChannelStats(each.uid, each.name, each.kind, each.sent, each.failed)
            for each in found.told
        ],
        form=FormStats(**msgspec.structs.asdict(found.form)),
        brands=[BrandStats(each.uid, each.name, each.new, each.handled) for each in found.brands],
    )


def _span(span: Span, found: Figures) -> SpanStats:
    return SpanStats(
        span.first,
        span.last,
        found.new,
        found.handled,
        _waits(found.wait),
        _waits(found.open_wait),
        _share(found.kept),
        _share(found.solved),
    )


def _waits(found: Waits) -> WaitStats:
    times: tuple[Any, Any] = (found.median, found.p90) if found.n else (None, None)
    return WaitStats(found.n, *times)


def _share(found: Share) -> ShareStats:
    return ShareStats(found.n, found.total)


router = Router(PREFIX, route_handlers=[read])
