"""What is gone says when it was erased."""

from __future__ import annotations

from app import messages
from app.erasure import remove
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
