"""What a worker does with files."""

from __future__ import annotations

import datetime as dt

import pytest

from app.errors import NotFound
from app.files import keep, store, tend
from app.tables import Organization, VisitorFile
from tests.app.files.pictures import picture
from tests.app.files.test_keep import TERMS, came


async def test_what_never_got_a_message_is_removed_after_days(org: Organization) -> None:
    taken = await keep.keep(org.id, TERMS, [came("a.jpg", picture())], ip="")
    assert await tend.remove_loose() == 0
    f = VisitorFile
    await f.update({f.created_at: dt.datetime.now(dt.UTC) - dt.timedelta(days=9)}, force=True)
    assert await tend.remove_loose() == 1
    with pytest.raises(NotFound):
        await store.get(org.id, str(taken.kept[0].upload.uid))
    assert await VisitorFile.count() == 0
