"""Messages of several organizations at once."""

from __future__ import annotations

from app import messages
from app.fields.check import Answers
from app.messages import Visit, several
from app.tables import Organization


async def test_unread_ones_are_counted_for_each(
    org: Organization, other_org: Organization, answers: Answers, visit: Visit
) -> None:
    assert await several.unread([]) == {}
    first = await messages.leave(org, answers, visit, submission_id="one")
    await messages.leave(other_org, answers, visit, submission_id="one")
    both = [org.id, other_org.id]
    assert await several.unread(both) == {org.id: 1, other_org.id: 1}
    await messages.read(org.id, str(first.uid))
    assert await several.unread(both) == {org.id: 0, other_org.id: 1}
    assert await several.unread(both[:1]) == {org.id: 0}
