"""Mail is fetched from a mailbox: by one worker, once, and none is left behind."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import msgspec
import pytest

from app import outside, secrets
from app.egress.client import Client
from app.keys.fields import MAILBOX
from app.mail import fetch, mailboxes, receive
from app.mail.imap import MailboxFault, Session, utf7
from app.mail.mailboxes import Config
from app.tables import Mailbox, Organization, ReceivedMail, new_id
from tests.app.channels.conftest import authority, egress
from tests.app.mail.conftest import count, mail
from tests.fakes.imap import FakeImap

__all__ = ["authority", "egress"]

ME, OTHER = uuid.uuid4(), uuid.uuid4()


def config(box: FakeImap, **changes: object) -> Config:
    first = Config(name="客服", host="127.0.0.1", port=box.port, tls="none", user="me@shop.example")
    return msgspec.structs.replace(first, **changes)


async def added(org: Organization, box: FakeImap, **changes: object) -> uuid.UUID:
    uid = new_id()
    secret = secrets.encrypt(MAILBOX.at(uid, org.id), "good")
    text = msgspec.json.encode(config(box, **changes)).decode()
    await Mailbox(id=uid, organization=org.id, config=text, secret=secret).save()
    return uid


@pytest.fixture
async def box() -> AsyncIterator[FakeImap]:
    async with FakeImap("netease") as running:
        yield running


async def looked(org: Organization, uid: uuid.UUID, box: FakeImap) -> int:
    """One look into the mailbox."""
    row = await mailboxes.row_of(org.id, uid)
    assert await fetch.hold(uid, ME)
    config = mailboxes.listed(row).config
    async with Session(outside.egress(), config, "good") as session:
        return await fetch.take(session, org.id, uid, ME, move_to=config.move_to)


async def test_what_comes_is_fetched_once_and_marked_as_read(
    org: Organization, box: FakeImap
) -> None:
    box.add(mail("from before", uid="0@x"))
    uid = await added(org, box)
    assert await looked(org, uid, box) == 0
    first, second = box.add(mail(uid="1@x")), box.add(mail(uid="2@x"))

    assert await looked(org, uid, box) == 2
    assert await looked(org, uid, box) == 0
    assert (await count(), box.seen, box.fetched) == (2, {first, second}, [first, second])
    row = await mailboxes.one(org.id, uid)
    assert (row.fault, row.looked_at is not None) == ("", True)


async def test_numbered_anew_nothing_comes_twice_and_nothing_is_missed(
    org: Organization, box: FakeImap
) -> None:
    uid = await added(org, box)
    await looked(org, uid, box)
    box.add(mail(uid="1@x"))
    await looked(org, uid, box)
    box.add(mail(uid="2@x"))
    box.renumber()

    await looked(org, uid, box)
    assert await count() == 2


async def test_a_crash_before_the_commit_leaves_it_unread_and_it_comes_again(
    org: Organization, box: FakeImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = await added(org, box)
    await looked(org, uid, box)
    number = box.add(mail())
    with monkeypatch.context() as broken:
        broken.setattr(receive, "keep", _crash)
        with pytest.raises(KeyboardInterrupt):
            await looked(org, uid, box)
    assert box.seen == set()

    await looked(org, uid, box)
    assert (await count(), box.seen) == (1, {number})


async def _crash(*_: object) -> uuid.UUID:
    raise KeyboardInterrupt


async def test_one_worker_has_it_at_a_time(org: Organization, box: FakeImap) -> None:
    uid = await added(org, box)

    assert await fetch.hold(uid, ME)
    assert not await fetch.hold(uid, OTHER)
    await fetch.let_go(uid, OTHER)
    assert not await fetch.hold(uid, OTHER)
    await fetch.let_go(uid, ME)
    assert await fetch.hold(uid, OTHER)


async def test_what_was_fetched_is_moved_where_the_mailbox_says_so(org: Organization) -> None:
    for manner, moved in (("", True), ("nomove", True), ("nouidplus", False)):
        async with FakeImap(manner) as box:
            uid = await added(org, box, move_to="已处理")
            await looked(org, uid, box)
            box.add(mail(uid=f"other{manner}@x"))
            await looked(org, uid, box)
            box.add(mail(uid=f"1{manner}@x"))
            await looked(org, uid, box)

            assert [len(each) for each in box.others.values()] == [2] * moved, manner
            assert len(box.mails) == (0 if moved else 2), manner
            row = await mailboxes.one(org.id, uid)
            assert row.fault == ("" if moved else "not_moved")


async def test_what_cannot_be_moved_is_fetched_all_the_same(
    org: Organization, box: FakeImap
) -> None:
    box.creates = False
    uid = await added(org, box, move_to="Done")
    await looked(org, uid, box)
    number = box.add(mail())
    await looked(org, uid, box)

    assert (await count(), box.seen, list(box.mails)) == (1, {number}, [number])
    row = await mailboxes.one(org.id, uid)
    assert (row.fault, row.fault_words) == ("not_moved", "[TRYCREATE] Folder not exist")
    with pytest.raises(MailboxFault, match="cannot_move"):
        async with FakeImap("nouidplus") as poor:
            await fetch.tried(outside.egress(), config(poor, move_to="Done"), "good")


async def test_a_pushed_mail_is_there_at_once_and_switching_off_ends_it(
    org: Organization, box: FakeImap
) -> None:
    uid = await added(org, box)
    following = asyncio.create_task(fetch.follow(outside.egress(), org.id, uid, ME, wait=60))
    async with asyncio.timeout(20):
        while "IDLE" not in box.log:
            await asyncio.sleep(0.01)
        box.add(mail())
        while not await ReceivedMail.exists().where(ReceivedMail.state == "waiting"):
            await asyncio.sleep(0.01)
        await Mailbox.update({Mailbox.enabled: False}).where(Mailbox.id == uid)
        box.add(mail(uid="2@x"))
        await following


async def test_faults_are_told_apart_and_written_down(org: Organization) -> None:
    async with FakeImap("noidle", "nouidnext") as box:
        for change, code in (
            ({"folder": "其他"}, "no_folder"),
            ({"tls": "implicit"}, "tls_failed"),
            ({"port": 1}, "connect_failed"),
        ):
            with pytest.raises(MailboxFault) as caught:
                await fetch.tried(outside.egress(), config(box, **change), "good")
            assert caught.value.code == code
        with pytest.raises(MailboxFault) as caught:
            await fetch.tried(outside.egress(), config(box), "bad")
        assert (caught.value.code, "password error" in caught.value.words) == (
            *("login_refused", True),
        )
        assert await fetch.tried(outside.egress(), config(box), "good") == 0
        uid = await added(org, box, folder="none")
        with pytest.raises(MailboxFault):
            await fetch.follow(outside.egress(), org.id, uid, ME, wait=1)
        row = await mailboxes.one(org.id, uid)
        assert (row.fault, row.fault_words) == ("no_folder", "Folder not exist")


async def test_encryption_is_begun_as_it_is_set(db: str, egress: Client) -> None:
    async with FakeImap("starttls") as box:
        assert await fetch.tried(egress, config(box, tls="starttls"), "good") == 0
        with pytest.raises(MailboxFault) as caught:
            await fetch.tried(outside.egress(), config(box), "good")
        assert caught.value.code == "login_refused"
    async with FakeImap(tls_from_start=True) as box:
        assert await fetch.tried(egress, config(box, tls="implicit"), "good") == 0


def test_names_of_folders_as_imap_writes_them() -> None:
    for name, written in (("INBOX", "INBOX"), ("其他文件夹", "&UXZO1mWHTvZZOQ-"), ("A&B", "A&-B")):
        assert utf7(name) == written
