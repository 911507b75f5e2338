"""Messages of several organizations at once."""

from __future__ import annotations

import uuid

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


async def test_a_message_is_found_in_these_organizations_only(
    org: Organization, other_org: Organization, answers: Answers, visit: Visit
) -> None:
    left = await messages.leave(org, answers, visit, submission_id="one")
    assert await several.home_of(str(left.uid), [other_org.id, org.id]) == org.id
    assert await several.home_of(str(left.uid), [other_org.id]) is None
    assert await several.home_of(str(left.uid), []) is None
    for text in ("", "x", str(uuid.uuid4())):
        assert await several.home_of(text, [org.id]) is None
