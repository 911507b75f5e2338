"""A visitor erases what they have left, and learns afterwards that it is gone."""

from __future__ import annotations

from app import messages
from app.erasure import by_visitor, remove
from app.fields.check import Answers
from app.messages import Visit
from app.reading import uids
from app.tables import Message, Organization


async def test_it_is_gone_for_good_and_once(org: Organization, answers: Answers) -> None:
    left = await messages.leave(org, answers, Visit(), submission_id="s1")
    assert await by_visitor.erased_at(org.id, left.uid) is None
    await by_visitor.erase(org.id, left.uid)
    at = await by_visitor.erased_at(org.id, left.uid)
    await by_visitor.erase(org.id, left.uid)
    assert at
    assert await by_visitor.erased_at(org.id, left.uid) == at
    assert await by_visitor.erased_at(org.id, "no uid") is None
    assert not await Message.exists()


async def test_what_was_anonymised_is_gone_as_well(org: Organization, answers: Answers) -> None:
    left = await messages.leave(org, answers, Visit(), submission_id="s1")
    await messages.handle(org.id, left.uid, outcome="phone", by="x")
    await remove.anonymise(org.id, [uids.uid(left.uid)], by="x")
    assert await by_visitor.erased_at(org.id, left.uid)
