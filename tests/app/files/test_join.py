"""A file has one message, for good."""

from __future__ import annotations

import uuid

from app.files import join, keep, read
from app.tables import Organization
from tests.app.files.pictures import picture
from tests.app.files.test_keep import TERMS, came
from tests.app.messages.conftest import Leave, leave

__all__ = ["leave"]


async def test_a_file_that_has_a_message_stays_there(org: Organization, leave: Leave) -> None:
    one, other = [uuid.UUID(str((await leave(text)).uid)) for text in ("one", "other")]
    taken = await keep.keep(org.id, TERMS, [came("a.jpg", picture())], ip="")
    uploads = [taken.kept[0].upload]
    await join.join(org.id, {one: uploads}, org.created_at)
    await join.join(org.id, {other: uploads}, org.created_at)
    assert [len(await read.of(org.id, each)) for each in (one, other)] == [1, 0]
