"""The files of messages are read for their own organization only."""

from __future__ import annotations

import uuid

import pytest

from app.errors import NotFound
from app.files import join, keep, read
from app.tables import Organization
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
    assert await read.of(other_org.id, message) == []
    with pytest.raises(NotFound):
        await read.one(other_org.id, str(upload.uid))
    assert await read.waiting_for_message(org.id, [upload.uid]) == []
