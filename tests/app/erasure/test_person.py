"""All of one person, however they wrote what they can be reached at."""

from __future__ import annotations

import pytest

from app.blocks import change as blocks
from app.blocks.shape import Block
from app.erasure import person
from app.errors import Invalid
from app.messages import change
from app.messages.acts import trashed
from app.tables import Message, Organization, ReceivedMail
from tests.app.deliveries.conftest import Leave


async def test_every_message_in_every_state_and_mails_without_one(
    org: Organization, leave: Leave
) -> None:
    await leave(phone="13912345678", email="")
    second = await leave(phone="+86 139-1234-5678", email="a@b.example")
    await change.to_one(org.id, second.uid, trashed(), by="tests")
    await leave(phone="13700000001", email="other@b.example")
    for sender in ("A@B.example", "someone@b.example"):
        await ReceivedMail.insert(
            ReceivedMail(organization=org.id, mark=sender, sender=sender, state="waiting")
        )
    await blocks.add(org.id, [Block(kind="phone", text="139 1234 5678")], by="tests")

    found = await person.kept(org.id, "13912345678, a@b.example")

    assert (len(found.messages), len(found.mails), found.blocked) == (2, 1, 1)

    assert await person.erase(org.id, "13912345678, a@b.example", "erased", by="tests") == 2
    assert (await person.kept(org.id, "13912345678, a@b.example")).is_nothing
    assert await Message.count() == 1
    assert await ReceivedMail.count() == 1


@pytest.mark.parametrize("text", ["", " ", ","])
async def test_nothing_given_is_asked_for_again(org: Organization, text: str) -> None:
    with pytest.raises(Invalid) as error:
        await person.kept(org.id, text)
    assert error.value.problems[0].pointer == "/contact"
