"""The work behind targets: how they were kept in the last 30 days, of each organization that has
any.

A target that is missed more than one time in five is told once to the channel that was chosen, and
again only after it was kept in between. What is counted and what is owed for it are written in one
transaction, so several workers tell it once.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from app import database, queue
from app.brands.stored import all_of
from app.catalogue import N_, say
from app.channels.sender import TARGET, Line
from app.deliveries import announce
from app.deliveries.announce import Written
from app.deliveries.owe import Locked, lock
from app.errors import Unavailable
from app.hours.schedule import Schedule
from app.messages.filter import GENUINE, Filter
from app.messages.waits import A_MINUTE, Hours
from app.overview import figures, kept, parts, statements
from app.overview.figures import Share
from app.overview.parts import Sums
from app.overview.spans import A_DAY, Span
from app.people import organizations
from app.people.statements import WITH_TARGETS
from app.presence.facts import rule_of
from app.reading import uids
from app.tables import Organization
from app.targets import replies, words
from app.targets.replies import Broken, Promise, Replies
from app.targets.shape import Targets, stored

log = logging.getLogger(__name__)

DAYS = 30
EVERY = dt.timedelta(minutes=5)
WAITING_MAX = 20_000
"""So many of what waits longest are looked at; more that wait make no promise better."""
TITLE = N_("{shop}: too many messages are handled late")


class _Set(msgspec.Struct):
    id: uuid.UUID
    replies: str


async def step() -> None:
    """Looks at every organization whose turn it is."""
    now = await database.now()
    for each in await database.rows(_Set, WITH_TARGETS):
        organization = each.id
        try:
            if not _is_fresh(each.replies, now):
                await look(organization, now)
        except Unavailable:
            raise
        except Exception:
            # The others have their turn all the same.
            log.exception("targets failed", extra={"organization": str(organization)})


def _is_fresh(counted: str, now: dt.datetime) -> bool:
    before = replies.stored(counted)
    return before.at is not None and abs(now - before.at) < EVERY


async def look(organization: uuid.UUID, now: dt.datetime) -> None:
    org = await organizations.by_id(organization)
    if _is_fresh(org.replies, now):
        return
    before = replies.stored(org.replies)
    found = await counted(org, now)
    async with database.transaction():
        held = await lock(organization)
        fresh = await organizations.by_id(organization)
        if (fresh.replies, fresh.targets) != (org.replies, org.targets):
            return  # Another worker was faster, or the targets are others now.
        since = {each.category: each.since for each in before.broken}
        broken = [
            msgspec.structs.replace(each, since=since.get(each.category, each.since))
            for each in found.broken
        ]
        news = [each for each in broken if each.category not in since]
        text = msgspec.json.encode(msgspec.structs.replace(found, broken=broken)).decode()
        await Organization.update({Organization.replies: text}).where(
            Organization.id == organization
        )
        if news:
            await _tell(org, held, news)
    if news:
        queue.wake(organization, held.wakes)


async def counted(org: Organization, now: dt.datetime) -> Replies:
    targets = stored(org.targets)
    sums, late = await lately(org, now)
    made = await _promises(org, sums, now) if targets.visitors == "kept" else []
    broken = [
        Broken(each.category, each.minutes, each.share.total - each.share.n, each.share.total, now)
        for each in watched(targets, sums, late)
        if each.share.is_broken
    ]
    return Replies(now, made, broken)


async def lately(org: Organization, now: dt.datetime) -> tuple[Sums, dict[str, int]]:
    """The sums of the last days, and by category what is late and nobody has handled."""
    span = _days(org, now)
    sums = parts.together((await kept.days(org.id, org.timezone, span)).values())
    return sums, await statements.late(org.id, *span.moments(org.timezone), now)


class Watched(msgspec.Struct, frozen=True):
    """A target, and how it was kept. The category None is all that have none of their own."""

    category: str | None
    minutes: int
    share: Share


def watched(targets: Targets, sums: Sums, late: Mapping[str, int]) -> Iterator[Watched]:
    own = targets.own()
    names = {*sums.get("category kept", {}), *sums.get("category late", {}), *late}

    def share(categories: Iterable[str]) -> Share:
        found = [figures.kept_of(sums, late, name) for name in categories]
        return Share(sum(each.n for each in found), sum(each.total for each in found))

    if targets.minutes is not None:
        yield Watched(None, targets.minutes, share(names - own.keys()))
    for name, minutes in own.items():
        if minutes is not None:
            yield Watched(name, minutes, share([name]))


def _days(org: Organization, now: dt.datetime) -> Span:
    today = figures.day_of(org, now)
    return Span(today - (DAYS - 1) * A_DAY, today)


async def _promises(org: Organization, sums: Sums, now: dt.datetime) -> list[Promise]:
    """For brands with office hours what was kept in the hours of each message's own brand; for the
    others what was kept at any time."""
    start, _ = _days(org, now).moments(org.timezone)
    hours = {each.mark: (await rule_of(each.id)).hours(org.timezone) for each in await all_of(org)}
    found = await statements.unanswered(org.id, start, WAITING_MAX)
    made = []
    for in_hours in sorted({not each.is_empty for each in hours.values()}):
        waiting = []
        for brand, schedule in hours.items():
            since = [each.created_at for each in found if each.brand == brand]
            if not in_hours:
                waiting += _waiting(Schedule(), since, now)
            elif not schedule.is_empty:
                waiting += _waiting(schedule, since, now)
        handled = sums.get("open wait" if in_hours else "wait", {})
        if one := replies.promise(handled, waiting, in_hours=in_hours):
            made.append(one)
    return made


def _waiting(schedule: Schedule, since: list[dt.datetime], now: dt.datetime) -> list[int]:
    """For how many minutes each waits, of which the first began to wait first: by the hours of its
    brand, as it is measured when it is handled. Without any every minute counts."""
    if schedule.is_empty or not since:
        return [max(now - each, dt.timedelta()) // A_MINUTE for each in since]
    hours = Hours(schedule, since[0], now)
    return [hours.minutes(each, now) for each in since]


async def _tell(org: Organization, held: Locked, news: list[Broken]) -> None:
    channel = uids.uid_or_none(stored(org.targets).warn)
    if channel is not None:
        await announce.announce(org.id, held, channel, written(org, news, held.now))


def written(org: Organization, news: list[Broken], now: dt.datetime) -> Written:
    span = _days(org, now)
    return Written(
        purpose=TARGET,
        title=say(org.locale, TITLE, {"shop": org.name}),
        lines=[Line(words.broken(org.locale, each), _link(org, each, span)) for each in news],
        link="/overview?range=30",
    )


def _link(org: Organization, broken: Broken, span: Span) -> str:
    """To what was late; for all that has no own target, of every category."""
    named = {} if broken.category is None else {"category": broken.category}
    if broken.category == "":
        named = {"lacks": "category"}
    days = {"since": str(span.first), "until": str(span.last), "zone": org.timezone}
    wanted = msgspec.convert({"status": GENUINE, "first": "late", **days, **named}, Filter)
    return f"/inbox{wanted.query()}"
