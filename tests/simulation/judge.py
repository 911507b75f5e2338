"""What must hold when a seed is over: by what visitors and platforms know, and by the rows."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from typing import Any

import msgspec

from app.deliveries import trial
from tests.simulation.platforms import Arrival
from tests.simulation.processes import RECORD_SECONDS
from tests.simulation.scene import PLATFORM_LIMITS, Robot, Scene
from tests.simulation.story import Said, Story

WINDOW = 60.0
UNKNOWNS_MAX = 3
TRIES_MAX = 11
IN_FLIGHT = 45.0
"""Seconds for which a notice may still be on its way when its message is handled."""
RECORDED = 2.0
"""Seconds until an answer is written down, with a disk that is well."""
AT_ONCE = 8.0
"""Seconds until a message is told when all is well, by the sweep alone."""


class Row(msgspec.Struct):
    """A delivery with its message and dispatch."""

    message: str | None
    submission: str | None
    channel: str
    purpose: str
    state: str
    reason: str
    dispatch: str | None
    dispatch_state: str | None
    about: str | None


class Stored(msgspec.Struct):
    id: str
    submission: str
    content: str
    repeat_of: str | None


DELIVERIES = (
    "SELECT d.message, m.submission_id, d.channel, d.purpose, d.state, d.reason, d.dispatch,"
    " s.state, d.about FROM delivery d LEFT JOIN message m ON m.id = d.message"
    " LEFT JOIN dispatch s ON s.id = d.dispatch ORDER BY d.id"
)
MESSAGES = "SELECT id, submission_id, content, repeat_of FROM message ORDER BY id"


class Book:
    """All that is known of one seed."""

    def __init__(self, story: Story) -> None:
        self.story, self.world = story, story.world
        self.scene: Scene = story.scene
        ask = self.world.file.ask
        self.rows = [Row(*each) for each in ask(DELIVERIES)]
        self.stored = [Stored(*each) for each in ask(MESSAGES)]
        self.arrivals: list[Arrival] = self.world.platforms.arrivals
        self.lasting = self.world.lasting
        self.names = {each.id: each.name for each in self.scene.channels}

    def of(self, said: Said, channel: Robot, *purposes: str) -> list[Row]:
        return [
            each
            for each in self.rows
            if each.submission == said.submission
            and each.channel == channel.id
            and each.purpose in purposes
        ]

    def heard(self, channel: Robot, dispatch: str | None = None) -> list[Arrival]:
        return [
            each
            for each in self.arrivals
            if each.channel == channel.name and dispatch in (None, each.dispatch)
        ]


def judge(story: Story) -> list[str]:
    """The faults; none when all is well."""
    if story.world.unforeseen:
        return [f"unforeseen: {each}" for each in story.world.unforeseen]
    book = Book(story)
    rules = (lost, limits, ends, repeats, truth, fallbacks, stands_in, announcements, handled)
    rules += (prompt, same)
    return [f"{rule.__name__}: {fault}" for rule in rules for fault in rule(book)]


def lost(book: Book) -> Iterator[str]:
    """What was acknowledged is stored once, as it was said, and owed to every channel."""
    stored = collections.defaultdict(list)
    for each in book.stored:
        stored[each.submission].append(each)
    for said in book.story.said:
        found = stored[said.submission]
        if said.acked is None:
            yield f"{said.submission} was never answered"
        elif len(found) != 1:
            yield f"{said.submission} is stored {len(found)} times"
        elif found[0].content != said.text or found[0].id != said.left.uid:
            yield f"{said.submission} is stored as something else"
        elif found[0].repeat_of is None:
            for channel in book.scene.channels:
                purpose = "fallback" if channel.fallback_for else "new"
                owed = book.of(said, channel, "new", "fallback")
                if [each.purpose for each in owed] != [purpose]:
                    yield f"{said.submission} is owed to {channel.name} {len(owed)} times"


def limits(book: Book) -> Iterator[str]:
    """In no sixty seconds more notices arrive than may, nor, with an admin's tests, more than the
    platform takes. (A shop's own limit does not bind tests.)"""
    for channel in book.scene.channels:
        found = book.heard(channel)
        asked = (
            (channel.limit, [each.at for each in found if each.dispatch]),
            (most_of(channel.kind), [each.at for each in found]),
        )
        for most, times in asked:
            if most and (heard := busiest(sorted(times))) > most:
                yield f"{channel.name} heard {heard} in a minute, not {most}"
    total = book.scene.total
    times = sorted(each.at for each in book.arrivals if each.dispatch)
    if total and (found := busiest(times)) > total:
        yield f"all heard {found} in a minute, not {total}"


def most_of(kind: str) -> int | None:
    limit = PLATFORM_LIMITS[kind]
    return trial.at_most(limit) if limit else None


def busiest(times: list[float]) -> int:
    """The most in any sixty seconds."""
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - WINDOW:
            first += 1
        most = max(most, last - first + 1)
    return most


def ends(book: Book) -> Iterator[str]:
    """Nothing is owed for ever."""
    for each in book.rows:
        if each.state in ("pending", "sending"):
            name = book.names.get(each.channel, "?")
            yield f"{each.purpose} of {each.submission} to {name} is {each.state}"
        elif each.dispatch_state in ("retry", "sending"):
            yield f"{each.purpose} of {each.submission} is {each.state}, and tried again"


def repeats(book: Book) -> Iterator[str]:
    """A message is told again only under the same id, after a try that nobody confirmed, and not
    for ever."""
    for channel in book.scene.channels:
        by_dispatch = collections.defaultdict(list)
        for each in book.heard(channel):
            by_dispatch[each.dispatch].append(each)
        for dispatch, found in by_dispatch.items():
            yield from _repeated(channel, dispatch, found)
        carried = {each.dispatch for each in book.rows}
        for dispatch in by_dispatch.keys() - carried - {""}:
            yield f"{channel.name} heard {dispatch[-6:]}, which carries nothing"


def _repeated(channel: Robot, dispatch: str, found: list[Arrival]) -> Iterator[str]:
    taken = [each for each in found if each.taken]
    for before, _ in zip(taken, taken[1:], strict=False):
        # Nobody who lived until the record heard that it was taken.
        if before.confirmed and before.process.alive_after(before.at):
            yield f"{channel.name} was told {dispatch[-6:]} again after a yes"
    most = TRIES_MAX if channel.kind == "custom" else 1 + UNKNOWNS_MAX
    if len(taken) > most:
        yield f"{channel.name} was told {dispatch[-6:]} {len(taken)} times"


def truth(book: Book) -> Iterator[str]:
    """ "sent" means that the platform took it; what is given up was refused or never confirmed."""
    for each in book.rows:
        channel = next((c for c in book.scene.channels if c.id == each.channel), None)
        if channel is None:
            yield f"{each.purpose} of {each.submission} is owed to a channel that is off"
            continue
        heard = book.heard(channel, each.dispatch) if each.dispatch else []
        taken = [one for one in heard if one.taken]
        what = f"{each.purpose} of {each.submission} to {channel.name}"
        if each.state == "sent" and not taken:
            yield f"{what} is sent, and never arrived"
        if each.state == "sent" and each.purpose in ("new", "fallback"):
            mark = _mark(book, each)
            if not any(mark in one.marks for one in taken):
                yield f"{what} was sent without its words"
        if each.state == "failed":
            yield from _given_up(book, each, heard, what)
        if each.state == "cancelled":
            yield from _left_out(book, each, what)


def _mark(book: Book, row: Row) -> int:
    said = next(each for each in book.story.said if each.submission == row.submission)
    return said.mark


def _given_up(book: Book, row: Row, heard: list[Arrival], what: str) -> Iterator[str]:
    if row.reason in ("gone", "permanent_config", "permanent_content"):
        if not any(each.said not in ("yes", "busy", "too fast") for each in heard):
            yield f"{what} failed ({row.reason}) without a final answer"
    elif row.reason == "tries_used_up":
        if book.names[row.channel] not in book.lasting:
            yield f"{what} used up its tries, and its platform was away for minutes only"
    elif row.reason != "outcome_unknown":
        yield f"{what} failed: {row.reason}"


def _left_out(book: Book, row: Row, what: str) -> Iterator[str]:
    said = next((each for each in book.story.said if each.submission == row.submission), None)
    if row.reason == "handled":
        if said is None or said.handling is None:
            yield f"{what} was left out, and nobody handled it"
    elif row.reason == "not_needed":
        siblings = [
            each
            for each in book.rows
            if each.message == row.message and each.purpose in ("new", "repeat")
        ]
        if row.purpose != "fallback" or not any(each.state == "sent" for each in siblings):
            yield f"{what} was not needed, and nothing else was sent"
    else:
        yield f"{what} was left out: {row.reason}"


def fallbacks(book: Book) -> Iterator[str]:
    """What stands in speaks once, and only for what its channel did not get through in time."""
    for channel in book.scene.channels:
        if channel.fallback_for is None:
            continue
        main = book.scene.named(channel.fallback_for)
        for said in book.story.said:
            for row in book.of(said, channel, "fallback"):
                first = book.of(said, main, "new")
                failed = bool(first) and first[0].state == "failed"
                if failed and row.state not in ("sent", "failed") and not said.handling:
                    yield f"{said.submission} failed, and {channel.name} was not told"
                if row.state != "sent" or not row.dispatch:
                    continue
                yes = [
                    each
                    for each in book.heard(main, first[0].dispatch if first else None)
                    if each.taken and each.confirmed and each.process.alive_after(each.at)
                ]
                # What was planned before the yes was written down goes on: it may have arrived.
                if first and first[0].dispatch and yes and _is_later(book, row.dispatch, yes[0]):
                    yield f"{said.submission} was told to both {main.name} and {channel.name}"


def _is_later(book: Book, dispatch: str, yes: Arrival) -> bool:
    """Whether it was planned well after that answer."""
    slack = RECORD_SECONDS if book.world.troubles.disk else RECORDED
    return book.world.made_at(dispatch) > yes.confirmed_at + slack


def stands_in(book: Book) -> Iterator[str]:
    """What stands in speaks at once when its channel was refused for good."""
    if not book.world.kind.strict:
        return
    for channel in book.scene.channels:
        if channel.fallback_for is None:
            continue
        main = book.scene.named(channel.fallback_for)
        for said in book.story.said:
            first, then = book.of(said, main, "new"), book.of(said, channel, "fallback")
            if not first or first[0].state != "failed" or not then or not then[0].dispatch:
                continue
            noes = [each.at for each in book.heard(main, first[0].dispatch)]
            if noes and book.world.made_at(then[0].dispatch) > noes[-1] + AT_ONCE:
                yield f"{said.submission} was refused, and {channel.name} told late"


def announcements(book: Book) -> Iterator[str]:
    """A broken channel is announced once until it works again."""
    for channel in book.scene.channels:
        alerts = collections.defaultdict(list)
        for row in book.rows:
            if row.purpose == "alert" and row.channel == channel.id:
                alerts[row.about].append(row)
        for about, found in alerts.items():
            broken = next((each for each in book.scene.channels if each.id == about), None)
            if broken is None:
                yield f"{channel.name} heard of a channel that is off"
                continue
            works = [each.at for each in book.heard(broken) if each.taken]
            starts = sorted(
                heard[0].at
                for row in found
                if row.dispatch and (heard := book.heard(channel, row.dispatch))
            )
            for before, after in zip(starts, starts[1:], strict=False):
                if not any(before - 3600 < at < after for at in works):
                    yield f"{channel.name} heard twice that {broken.name} is broken"
            if len(found) > len(works) + 1:
                yield f"{channel.name} is owed {len(found)} alerts about {broken.name}"


def handled(book: Book) -> Iterator[str]:
    """Nobody is told of what was handled before."""
    for said in book.story.said:
        if said.handled is None:
            continue
        for channel in book.scene.channels:
            for row in book.of(said, channel, "new", "fallback"):
                alone = [each for each in book.rows if each.dispatch == row.dispatch]
                if row.dispatch is None or len(alone) > 1:
                    continue
                times = [each.at for each in book.heard(channel, row.dispatch)]
                if times and max(times) > said.handled + IN_FLIGHT:
                    yield f"{said.submission} was handled, and {channel.name} told later"


def prompt(book: Book) -> Iterator[str]:
    """When all is well, a message is told at once, also if nobody rings."""
    if book.world.kind.strict and not book.lasting:
        for said in book.story.said:
            yield from _at_once(book, said)
    said = book.story.said[-1]
    for channel in book.scene.channels:
        row = next(iter(book.of(said, channel, "new")), None)
        assert said.acked is not None
        if row is None:
            continue
        heard = book.heard(channel)
        mine = [each.at for each in heard if each.dispatch == row.dispatch]
        busy = [each for each in book.arrivals if each.at > said.acked - 400]
        if [each for each in busy if each.at not in mine] or _ailed(book, channel, said):
            continue
        if not mine or mine[0] > said.acked + AT_ONCE:
            yield f"the last message reached {channel.name} late: {mine[:1]}, not {said.acked}"


def _at_once(book: Book, said: Said) -> Iterator[str]:
    """Where the limits are wide and everything is well."""
    assert said.acked is not None
    for channel in book.scene.channels:
        for row in book.of(said, channel, "new"):
            times = [each.at for each in book.heard(channel, row.dispatch)] if row.dispatch else []
            if said.handling is None and (not times or times[0] > said.acked + AT_ONCE):
                what = f"{said.submission} reached {channel.name} late"
                yield f"{what}: {times[:1]}, not {said.acked}"


def _ailed(book: Book, channel: Robot, said: Said) -> bool:
    """Whether the channel was in trouble before, and may rest."""
    return any(not (each.taken and each.confirmed) for each in book.heard(channel)) or bool(
        book.lasting
        or book.world.troubles.moods
        or book.world.troubles.clock
        or book.world.troubles.disk
    )


def same(book: Book) -> Iterator[str]:
    """The same said again by the same person is no second message to anybody."""
    by_id = {each.submission: each for each in book.stored}
    firsts: dict[tuple[str, str], Any] = {}
    for said in sorted(book.story.said, key=lambda each: each.acked or 0):
        row = by_id.get(said.submission)
        key = (said.text, said.phone)
        first = firsts.setdefault(key, said)
        if row is None or first is said or said.acked is None or book.world.troubles.clock:
            continue
        # What the first was itself a repeat of: the window began with that.
        of = by_id[first.submission].repeat_of
        root = next((each for each in book.story.said if each.left.uid == of), first)
        near = said.acked - root.begun < book.scene.window
        # What is handled has nothing that waits, so the same is a new message.
        handled = first.handling is not None or root.handling is not None
        if near and not handled and first.acked < said.begun and not row.repeat_of:
            yield f"{said.submission} said what {first.submission} said, and is no repeat"
