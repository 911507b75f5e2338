"""Mailboxes as a document has them: passwords by reference, earlier states without any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.configuration import export, mailboxes, plan
from app.configuration.hidden import Hidden
from app.configuration.references import Source
from app.errors import Invalid
from app.history import restore, versions
from app.mail import mailboxes as stored
from app.tables import Organization

BOX = {"host": "imap.shop.example", "user": "support@shop.example", "secret": "env:IMAP"}
SOURCE = Source(environment={"IMAP": "authcode"}, folder=Path("/nonexistent"))
KEEPS = Source(environment={}, folder=Path("/nonexistent"), keep_stored=True)


async def write(org: Organization, raw: Any, source: Source = SOURCE) -> None:
    await mailboxes.write_all(org, raw, source, "tests")


async def test_what_is_listed_is_all_that_there_is(org: Organization) -> None:
    await write(org, [BOX, {**BOX, "name": "B", "enabled": False, "brand": org.slug}])
    first, second = await stored.of(org.id)
    assert (first.config.name, first.enabled, second.enabled) == (BOX["user"], True, False)
    await write(org, [{**BOX, "source": True}], KEEPS)
    (left,) = await stored.of(org.id)
    assert (left.uid, left.config.source) == (first.uid, True)
    assert stored.password(await stored.row_of(org.id, left.uid)) == "authcode"


async def test_a_password_is_read_hidden_and_exported_as_a_variable(org: Organization) -> None:
    await write(org, [{**BOX, "move_to": "Done"}])
    (said,) = await mailboxes.read(org)
    assert isinstance(said["secret"], Hidden)
    document, variables = await export.export(org, ("mailboxes",))
    assert document["mailboxes"][0] == {
        "name": BOX["user"],
        "host": BOX["host"],
        "user": BOX["user"],
        "move_to": "Done",
        "secret": "env:MAILBOX_1_SECRET",
    }
    assert variables == ["MAILBOX_1_SECRET"]
    assert (await plan.plan(org, document, KEEPS)).differences == []


async def test_what_a_provider_posts_to_has_a_secret_of_the_documents(org: Organization) -> None:
    box = {"provider": "postmark", "address": "support@shop.example", "secret": "env:POSTED"}
    source = Source(environment={"POSTED": "p" * 20}, folder=Path("/nonexistent"))
    await write(org, [box], source)
    (first,) = await stored.of(org.id)
    assert first.config.name == box["address"]
    assert stored.password(await stored.row_of(org.id, first.uid)) == "p" * 20
    document, _ = await export.export(org, ("mailboxes",))
    assert document["mailboxes"][0]["provider"] == "postmark"
    await write(org, document["mailboxes"], KEEPS)
    (again,) = await stored.of(org.id)
    assert again == first
    with pytest.raises(Invalid) as error:
        await write(org, [{**box, "provider": "carrier-pigeon"}], source)
    assert [each.pointer for each in error.value.problems] == ["/0/provider"]


async def test_faults_have_their_place_and_change_nothing(org: Organization) -> None:
    for raw, at in (
        ({}, ""),
        (["x"], "/0"),
        ([{**BOX, "secret": "env:NOT_SET"}], "/0/secret"),
        ([BOX, BOX], "/1/name"),
        ([{**BOX, "shape": 1}], "/0/shape"),
        ([{**BOX, "brand": "nowhere"}], "/0/brand"),
        ([{**BOX, "host": "169.254.169.254"}], "/0/host"),
    ):
        with pytest.raises(Invalid) as error:
            await plan.plan(org, {"mailboxes": raw}, SOURCE)
        assert error.value.problems[0].pointer == f"/mailboxes{at}"
    assert await stored.of(org.id) == []


async def test_an_earlier_state_comes_back_without_a_password(org: Organization) -> None:
    for name in ("One", "Two"):
        await write(org, [{**BOX, "uid": "", "name": "One", "move_to": name}])
    last, first = await versions.listed(org.id, "mailboxes", limit=2)
    assert "authcode" not in first.state + last.state
    await restore.restore(org, first, by="tests")
    (box,) = await stored.of(org.id)
    assert box.config.move_to == "One"
    assert stored.password(await stored.row_of(org.id, box.uid)) == "authcode"


def test_an_entry_has_every_key_of_a_mailbox() -> None:
    names = set(mailboxes.Entry.__struct_fields__)
    assert names - {"uid", "secret", "enabled"} == set(mailboxes.Config.__struct_fields__)
    assert msgspec.structs.fields(mailboxes.Entry)
