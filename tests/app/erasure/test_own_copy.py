"""All that is kept of one message, for whoever left it."""

from __future__ import annotations

import json
import uuid
import zipfile

from app import messages
from app.erasure import own_copy
from app.files import join, keep
from app.tables import Organization
from tests.app.deliveries.conftest import Leave
from tests.app.erasure.test_remove import NOW
from tests.app.files.pictures import picture
from tests.app.files.test_keep import TERMS, came


async def test_it_has_the_files_and_of_whoever_sees_it_only_what_is_theirs(
    org: Organization, leave: Leave
) -> None:
    left = await leave("我的留言", name="张三")
    await leave("别人的")
    sent = await keep.keep(org.id, TERMS, [came("照片.jpg", picture())], ip="")
    here = uuid.UUID(left.uid)
    await join.join(org.id, {here: [each.upload for each in sent.kept]}, NOW)
    row = await messages.one(org.id, left.uid)
    with await own_copy.pack(org.id, row, "zh-CN") as made:
        archive = zipfile.ZipFile(made)
        held = {name: archive.read(name) for name in archive.namelist()}
    assert [name for name in held if name.endswith("照片.jpg")]
    text = held["your-message.json"].decode()
    assert (json.loads(text)["name"], json.loads(text)["withdrawn"]) == ("张三", False)
    assert "别人的" not in text
    assert "\n" in text, "people read it as well"
