"""What is gone says when it was erased."""

from __future__ import annotations

from app import messages
from app.erasure import by_visitor, gone, remove
from app.erasure.gone import erased_at
from app.fields.check import Answers
from app.messages import Visit
from app.reading import uids
from app.tables import Organization


async def test_what_was_anonymised_is_gone_as_well_and_for_nobody_else(
    org: Organization, other_org: Organization, answers: Answers
) -> None:
    left = await messages.leave(org, answers, Visit(), submission_id="s1")
    await messages.handle(org.id, left.uid, outcome="phone", by="x")
    await remove.anonymise(org.id, [uids.uid(left.uid)], by="x")
    assert await erased_at(org.id, left.uid)
    assert await erased_at(other_org.id, left.uid) is None


async def test_it_is_known_whether_its_visitor_or_the_team_erased_it(
    org: Organization, other_org: Organization, answers: Answers
) -> None:
    theirs = await messages.leave(org, answers, Visit(), submission_id="s1")
    ours = await messages.leave(org, Answers(content="另一条"), Visit(), submission_id="s2")
    await by_visitor.erase(org.id, theirs.uid)
    await remove.remove(org.id, [uids.uid(ours.uid)], by="x")
    found = [await gone.by_visitor(org.id, each.uid) for each in (theirs, ours)]
    assert found == [True, False]
    assert not await gone.by_visitor(other_org.id, theirs.uid)
