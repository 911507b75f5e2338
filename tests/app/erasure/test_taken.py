"""All that is kept of a person leaves as one file."""

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import AsyncIterator

import msgspec

from app import messages
from app.erasure import person, taken
from app.fields import Consent, versions
from app.fields.check import Answers
from app.files import join, keep
from app.messages import Visit, drafts, remarks
from app.tables import Organization, ReceivedMail
from tests.app.deliveries.conftest import Leave
from tests.app.erasure.test_remove import NOW
from tests.app.fields.conftest import own, with_fields
from tests.app.files.pictures import picture
from tests.app.files.test_keep import TERMS, came
from tests.texts import texts

PHONE = "13912345678"


async def lines_of_messages() -> AsyncIterator[bytes]:
    yield b"{}\n"


async def test_messages_remarks_mails_and_files(org: Organization, leave: Leave) -> None:
    left = await leave("我的留言", phone=PHONE, email="a@b.example")
    await leave("别人的", phone="13700000001", email="")
    message = uuid.UUID(left.uid)
    await remarks.append(org.id, left.uid, "补充一句")
    await drafts.add(org.id, left.uid, "张三您好", by="助手")
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
    said = [json.loads(each) for each in lines["remarks.jsonl"].splitlines()]
    assert [(each["text"], each["visible"]) for each in said] == [
        ("补充一句", True),
        ("张三您好", False),
    ]
    assert json.loads(lines["mails.jsonl"])["text"] == "来信"
    assert "别人的" not in "".join(lines.values())


async def test_what_was_agreed_to_leaves_in_the_words_that_were_read(
    org: Organization, answers: Answers
) -> None:
    field = own("ok", "consent", label=texts("我同意", "I agree"))
    await versions.edit(org.id, lambda _: with_fields(field))
    number = await versions.publish(org.id, by="tests")
    consent = Consent("ok", "en", field.consent_hash("en"))
    said = msgspec.structs.replace(answers, consents=(consent,), form_version=number)
    await messages.leave(org, said, Visit(), submission_id="s1")
    found = await person.kept(org.id, answers.phone)
    with await taken.pack(org.id, found, None, by="tests") as made:
        line = json.loads(zipfile.ZipFile(made).read("consents.jsonl"))
    assert (line["text"], line["version"]) == ("I agree", number)
