"""What must hold when it is over, counted in the database and at the receivers."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import msgspec

from app import database
from app.deliveries.courier import SENDS_AT_ONCE
from app.tables import Attempt
from tests.chaos.exchanges import conversations, escalations
from tests.chaos.people import People
from tests.chaos.stage import LIMIT, WAITING, Moved, Stage
from tests.fakes.records import Call

WINDOW = 60.0
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
    bound = stage.worker_kills * SENDS_AT_ONCE
    repeats = sum(arrived.values()) - len(arrived)
    mailed = sum(people.mails.letters.values()) - len(people.mails.letters)
    unexplained = {
        "repeats": repeated(arrived, await _unanswered("custom")),
        # Their ids are not those of their dispatches.
        "mails sent again": mailed - (await _unanswered("email")).total(),
    }
    for what, n in unexplained.items():
        if n > bound:
            why = f"{stage.worker_kills} kills explain {bound}"
            faults.append(f"{n} {what} that no unanswered try explains, and {why}")
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


def repeated(arrived: Mapping[tuple[str, str | None], int], unanswered: Mapping[str, int]) -> int:
    """How many arrived again, but for one after each try of the same id that was not answered."""
    again = ((id_, n - 1) for (_, id_), n in arrived.items())
    return sum(max(0, n - unanswered.get(id_ or "", 0)) for id_, n in again)


async def _unanswered(kind: str) -> Counter[str]:
    """How many tries of each dispatch had no answer in time, as on a machine that is very busy:
    then the same is sent again. What a killed process was at has no outcome, and is not counted."""
    query = Attempt.select(Attempt.dispatch).where(
        Attempt.outcome == "unknown", Attempt.dispatch.is_not_null(), Attempt.channel.kind == kind
    )
    return Counter(str(each) for each in await database.values(uuid.UUID, query))


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
