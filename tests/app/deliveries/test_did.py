"""What visitors did with their messages."""

from __future__ import annotations

import uuid

from app import messages
from app.deliveries import did
from app.fields.check import Answers
from app.messages import Visit, corrected, remarks, withdrawn
from app.tables import Organization


async def test_the_last_that_a_visitor_did_is_known_and_what_the_team_did_is_not(
    org: Organization, answers: Answers
) -> None:
    left = await messages.leave(org, answers, Visit(), submission_id="s1")
    uid = uuid.UUID(left.uid)
    assert await did.last([]) == {}
    assert await did.last([uid]) == {}
    await remarks.append(org.id, left.uid, "more")
    assert await did.last([uid, uuid.uuid4()]) == {uid: "added"}
    await corrected.correct(org.id, left.uid, {"phone": "13900139000"}, {})
    await remarks.add(org.id, left.uid, "called them", visible=False, by="li")
    assert await did.last([uid]) == {uid: "corrected"}
    assert await did.last([uid], ("added",)) == {uid: "added"}
    await withdrawn.withdraw(org.id, left.uid)
    assert await did.last([uid]) == {uid: "withdrawn"}
