"""What was said between team and visitors, and who was reminded: each of it once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from app import database
from tests.chaos.people import People
from tests.chaos.stage import Stage

STEPS = ("remind1", "remind2")


async def conversations(people: People) -> list[str]:
    """Every reply stands at its message and was mailed under one id, every answer to a mail stands
    at the message of that mail. SMTP cannot promise one mail: after a kill in the middle it goes
    again under the same id."""
    remarks = await database.rows(dict, "SELECT message, author, text FROM remark")
    found = {(row["text"], str(row["message"])) for row in remarks}
    counted = Counter(row["text"] for row in remarks)
    replies, answers = people.team.replies, people.mails.answers
    expected = {(text, uid) for text, uid in replies.items()}
    expected |= {(text, replies[reply]) for text, reply in answers.items() if reply in replies}
    faults = [f"{text} is not in the story of {uid}" for text, uid in expected - found]
    faults += [f"{text} stands there {n} times" for text, n in counted.items() if n > 1]
    ids = Counter(said for _, said in people.mails.letters if said)
    faults += [f"{said} was mailed under {n} ids" for said, n in ids.items() if n > 1]
    faults += [f"{text} was never mailed" for text in replies.keys() - ids.keys()]
    faults += await _unsettled()
    return faults


async def _unsettled() -> list[str]:
    rows = await database.rows(dict, "SELECT state, reason FROM received_mail")
    return [f"a mail is {row['state']}: {row['reason']}" for row in rows if row["state"] != "done"]


async def escalations(stage: Stage, people: People) -> list[str]:
    """Who claims does so once. What nobody claimed is told in each step, once."""
    claims = await database.rows(
        dict,
        "SELECT message, count(*) AS n FROM event WHERE action = 'claimed' GROUP BY message",
    )
    counted = {str(row["message"]): row["n"] for row in claims}
    faults = [f"{uid} was claimed {n} times" for uid, n in counted.items() if n > 1]
    faults += [f"{uid} was never claimed" for uid in people.team.claimed - counted.keys()]
    rows = await database.rows(
        dict, "SELECT message, purpose, state FROM delivery WHERE purpose LIKE 'remind%'"
    )
    states = {(str(row["message"]), row["purpose"]): row["state"] for row in rows}
    for uid in stage.waiting:
        good = {"sent", "cancelled"} if uid in people.team.claimed else {"sent"}
        for step in STEPS:
            if states.get((uid, step)) not in good:
                faults.append(f"{step} of {uid} is {states.get((uid, step))}")
    return faults + _reminded(stage)


def _reminded(stage: Stage) -> list[str]:
    ids: dict[str, set[str | None]] = {}
    for call in stage.world.fakes.calls("hook", "crm"):
        if call.header("leavemsg-kind") == "reminder":
            said: dict[str, Any] = msgspec.json.decode(call.raw)
            ids.setdefault(said["message"]["content"], set()).add(call.webhook_id)
    return [
        f"{text} was told in {len(each)} reminders"
        for text, each in ids.items()
        if len(each) > len(STEPS)
    ]
