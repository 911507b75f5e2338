"""What must hold when it is over, counted in the database and at the receivers."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import msgspec

from app import database
from app.deliveries.courier import SENDS_AT_ONCE
from tests.chaos.exchanges import conversations, escalations
from tests.chaos.people import People
from tests.chaos.stage import LIMIT, WAITING, Moved, Stage
from tests.fakes.records import Call

WINDOW = 60.0
UNCONFIRMED = (
    "SELECT CAST(coalesce(sum(d.unknowns), 0) AS bigint) AS n FROM dispatch d"
    " JOIN channel c ON c.id = d.channel WHERE c.name <> 'hangs'"
)
"""A machine that is very busy lets an answer come too late: then the same is sent again."""
CLOCKS = 0.05
"""Seconds by which the receiver's clock may run apart from the database's within a minute."""


class Judgement(msgspec.Struct, kw_only=True):
    stored: int
    arrivals: int
    robot_arrivals: int
    repeats: int
    busiest_minute: int
    acts: dict[str, int]
    """What colleagues did and visitors answered, that was acknowledged."""
    faults: list[str]


async def judge(stage: Stage, people: People) -> Judgement:
    faults = [f"somebody was answered {answer}" for answer in people.wrong]
    messages = await database.rows(dict, "SELECT submission_id, content FROM message")
    texts = people.visitors.thanked | {f"waiting {number}" for number in range(WAITING)}
    faults += _stored(texts, messages)
    faults += await _owed(len(messages))
    every = stage.world.fakes.calls("hook", "crm")
    calls = [call for call in every if call.header("leavemsg-kind") == "single"]
    arrived = Counter((_text(call), call.webhook_id) for call in calls)
    faults += _told(texts, arrived)
    unconfirmed = await database.value(int, UNCONFIRMED) or 0
    bound = stage.worker_kills * SENDS_AT_ONCE + unconfirmed
    repeats = sum(arrived.values()) - len(arrived)
    mailed = sum(people.mails.letters.values()) - len(people.mails.letters)
    for what, n in (("repeats", repeats), ("mails sent again", mailed)):
        if n > bound:
            why = f"{stage.worker_kills} kills and {unconfirmed} tries that nobody confirmed"
            faults.append(f"{n} {what}, but {why} explain {bound}")
    robot = stage.world.fakes.calls("wecom", "k")
    busiest = busiest_minute([call.at for call in robot], stage.moved)
    if busiest > LIMIT:
        faults.append(f"{busiest} sends in one minute, {LIMIT} are allowed")
    faults += await conversations(people)
    faults += await escalations(stage, people)
    return Judgement(
        stored=len(messages),
        arrivals=len(calls),
        robot_arrivals=len(robot),
        repeats=repeats,
        busiest_minute=busiest,
        acts={
            "claims": len(people.team.claimed),
            "replies": len(people.team.replies),
            "mails sent again": mailed,
            "answers by mail": len(people.mails.answers),
        },
        faults=faults,
    )


def _text(call: Call) -> str:
    return str(msgspec.json.decode(call.raw)["message"]["content"])


def _stored(texts: set[str], messages: list[dict[str, Any]]) -> list[str]:
    stored = Counter(row["content"] for row in messages)
    faults = [f"{text} was acknowledged and is lost" for text in texts - stored.keys()]
    faults += [f"{text} is stored {n} times" for text, n in stored.items() if n > 1]
    if len({row["submission_id"] for row in messages}) != len(messages):
        faults.append("a submission is stored twice")
    if len(messages) != len(texts):
        faults.append(f"{len(messages)} stored, {len(texts)} acknowledged")
    return faults


async def _owed(count: int) -> list[str]:
    """Every message is sent by the two channels that work, and still known to the one that does
    not."""
    rows = await database.rows(
        dict,
        "SELECT c.name AS name, c.kind AS kind, d.state AS state, count(*) AS n FROM delivery d"
        " JOIN channel c ON c.id = d.channel WHERE d.purpose = 'new' GROUP BY 1, 2, 3",
    )
    faults = []
    for name, kind in (("", "custom"), ("", "wecom"), ("hangs", "custom")):
        found = {r["state"]: r["n"] for r in rows if (r["name"], r["kind"]) == (name, kind)}
        right = found.get("sent", 0) if not name else sum(found.values())
        if right != count:
            faults.append(f"{name or kind}: {found} of {count}")
    return faults


def _told(texts: set[str], arrived: Counter[tuple[str, str | None]]) -> list[str]:
    ids = Counter(text for text, _ in arrived)
    faults = [f"{text} arrived under {n} ids" for text, n in ids.items() if n > 1]
    missing = texts - ids.keys()
    if missing:
        faults.append(f"{len(missing)} never arrived, among them {sorted(missing)[:3]}")
    return faults


def busiest_minute(times: list[float], moved: list[Moved]) -> int:
    """The most arrivals in any sixty seconds. Time that was moved on separates what it parts."""
    marks = [(0.0, 0.0), *sorted(moved), (float("inf"), 0.0)]
    busiest = 0
    for (_, begin), (end, _) in pairwise(marks):
        part = sorted(at for at in times if begin <= at < end)
        for first, at in enumerate(part):
            within = sum(1 for later in part[first:] if later < at + WINDOW - CLOCKS)
            busiest = max(busiest, within)
    return busiest
