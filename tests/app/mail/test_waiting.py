"""What fits nowhere is seen, and one of the team decides, once."""

from __future__ import annotations

import pytest

from app import messages
from app.errors import Conflict, NotFound
from app.mail import waiting
from app.messages import remarks
from app.tables import Organization
from tests.app.deliveries.conftest import Leave
from tests.app.mail.conftest import Come, mail


async def test_it_becomes_an_addition_to_the_message_that_is_named(
    org: Organization, leave: Leave, come: Come
) -> None:
    left, row = await leave(), await come(mail("补充一句"))
    (seen,) = await waiting.of(org.id)
    await waiting.assign(org.id, str(row.id), left.uid, by="li")

    assert (seen.reason, seen.excerpt) == ("unknown", "补充一句")
    assert [each.text for each in await remarks.of(org.id, left.uid)] == ["补充一句"]
    assert await waiting.of(org.id) == []
    with pytest.raises(Conflict):
        await waiting.assign(org.id, str(row.id), left.uid, by="wang")
    assert len(await remarks.of(org.id, left.uid)) == 1
    assert [each.id for each in await waiting.of_message(org.id, left.uid)] == [row.id]


async def test_it_becomes_a_message_of_its_own(org: Organization, come: Come) -> None:
    row = await come(mail("有货吗", subject="问价"))
    uid = await waiting.make(org.id, str(row.id), by="li")

    made = (await messages.show(org.id, str(uid))).message
    assert (made.content, made.email) == ("问价\n\n有货吗", "zhangsan@example.com")
    assert (made.source, made.status) == ("mail", "pending")
    with pytest.raises(Conflict):
        await waiting.make(org.id, str(row.id), by="li")


async def test_it_is_thrown_away_and_others_never_see_it(
    org: Organization, other_org: Organization, come: Come
) -> None:
    row = await come(mail())

    assert await waiting.of(other_org.id) == []
    with pytest.raises(NotFound):
        await waiting.one(other_org.id, str(row.id))
    assert await waiting.throw(other_org.id, str(row.id), by="x") == 0
    assert await waiting.throw(org.id, str(row.id), by="li") == 1
    assert await waiting.count(org.id) == 0
    with pytest.raises(NotFound):
        await waiting.keep(other_org.id, str(row.id), by="x")
    await waiting.keep(org.id, str(row.id), by="li")
    assert await waiting.count(org.id) == 1
    with pytest.raises(Conflict):
        await waiting.keep(org.id, str(row.id), by="li")
