"""All that is kept of a person leaves as one file."""

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import AsyncIterator

from app.erasure import person, taken
from app.files import join, keep
from app.messages import remarks
from app.tables import Organization, ReceivedMail
from tests.app.deliveries.conftest import Leave
from tests.app.erasure.test_remove import NOW
from tests.app.files.pictures import picture
from tests.app.files.test_keep import TERMS, came

PHONE = "13912345678"


async def lines_of_messages() -> AsyncIterator[bytes]:
    yield b"{}\n"


async def test_messages_remarks_mails_and_files(org: Organization, leave: Leave) -> None:
    left = await leave("我的留言", phone=PHONE, email="a@b.example")
    await leave("别人的", phone="13700000001", email="")
    message = uuid.UUID(left.uid)
    await remarks.append(org.id, left.uid, "补充一句")
    await ReceivedMail.insert(
        ReceivedMail(
            organization=org.id, mark="m", sender="a@b.example", state="waiting", text="来信"
        )
    )
    sent = await keep.keep(org.id, TERMS, [came("照片.jpg", picture())], ip="")
    await join.join(org.id, {message: [each.upload for each in sent.kept]}, NOW)

    found = await person.kept(org.id, f"{PHONE},a@b.example")
    with await taken.pack(org.id, found, lines_of_messages(), by="tests") as made:
        archive = zipfile.ZipFile(made)
        held = {name: archive.read(name) for name in archive.namelist()}
    (picked,) = (name for name in held if name.startswith("files/"))
    assert picked.endswith("照片.jpg")
    lines = {name: text.decode() for name, text in held.items() if name.endswith(".jsonl")}
    assert lines["messages.jsonl"] == "{}\n"
    assert json.loads(lines["remarks.jsonl"])["text"] == "补充一句"
    assert json.loads(lines["mails.jsonl"])["text"] == "来信"
    assert "别人的" not in "".join(lines.values())
