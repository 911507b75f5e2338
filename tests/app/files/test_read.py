"""The files of messages are read for their own organization only."""

from __future__ import annotations

import uuid

import pytest

from app.contacts import sight
from app.errors import NotFound
from app.files import join, keep, read
from app.tables import Message, Organization, VisitorFile
from tests.app.files.pictures import picture
from tests.app.files.test_keep import TERMS, came
from tests.app.messages.conftest import Leave, leave

__all__ = ["leave"]


async def test_one_is_of_its_organization(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    left = await leave()
    taken = await keep.keep(org.id, TERMS, [came("a.jpg", picture())], ip="")
    upload = taken.kept[0].upload
    with pytest.raises(NotFound):
        await read.one(org.id, str(upload.uid))  # It has no message yet.
    message = uuid.UUID(str(left.uid))
    await join.join(org.id, {message: [upload]}, org.created_at)
    assert (await read.one(org.id, str(upload.uid))).is_picture
    await Message.update({Message.wechat: "li_88"}).where(Message.id == message)
    await VisitorFile.update({VisitorFile.name: "li_88 13800138000.jpg"}).where(
        VisitorFile.id == upload.uid
    )
    with sight.through(sight.Sight(masks=True)):
        assert [each.name for each in await read.of(org.id, message)] == ["l*** 138****8000.jpg"]
    assert await read.of(other_org.id, message) == []
    with pytest.raises(NotFound):
        await read.one(other_org.id, str(upload.uid))
    assert await read.waiting_for_message(org.id, [upload.uid]) == []
