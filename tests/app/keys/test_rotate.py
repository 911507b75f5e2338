"""From one secret key to another, with everything that is encrypted."""

from __future__ import annotations

import base64
import datetime as dt
import os
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest
from cryptography.fernet import Fernet

from app import channel_settings, database, keymark, secrets, widget
from app.deliveries.rows import CHANNEL, ChannelRow
from app.deliveries.sealed import sender_of
from app.errors import Misconfigured
from app.files import store
from app.keys import census, fields, reseal, statements
from app.keys.rotate import needed_by_audit, rotate
from app.mail.receive import opened, receive
from app.people.audit import chain
from app.people.audit.verify import verify
from app.people.factors import totp
from app.tables import Agent as AgentTable
from app.tables import Attempt, Channel, Organization, ReceivedMail, VisitorFile, new_id

OLD = os.environ["LEAVEMSG_SECRET_KEY"]
NEW = "another-" + "x" * 32
BOTH = {"LEAVEMSG_SECRET_KEY": NEW, "LEAVEMSG_OTHER_SECRET_KEYS": OLD}
HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook", "name": "CRM"}
MAIL = b"From: a@b.cn\r\nSubject: x\r\n\r\none"


@pytest.fixture(autouse=True)
async def marked(db: str) -> AsyncIterator[None]:
    await keymark.settle()
    yield
    await database.execute("DELETE FROM instance")


async def a_file(organization: uuid.UUID) -> uuid.UUID:
    uid, f = new_id(), VisitorFile
    row = {f.id: uid, f.organization: organization, f.name: "a.jpg", f.kind: "image/jpeg"}
    await f.insert(f({**row, f.size: 5, f.small: 5}))
    for name in (str(uid), f"s{uid}"):
        await store.put(organization, name, b"photo")
    return uid


async def earlier(channel: uuid.UUID) -> None:
    """Puts a channel back into the form of before."""
    place = fields.CHANNEL.at(channel)
    text = await database.value(str, Channel.select(Channel.config).where(Channel.id == channel))
    [whose] = await Channel.select(Channel.organization).where(Channel.id == channel)
    value = secrets.decrypt(fields.CHANNEL.at(channel, whose["organization"]), text or "")
    fernet = Fernet(base64.urlsafe_b64encode(secrets._key("secrets")))
    box = fernet.encrypt(msgspec.json.encode({"c": place.was, "v": value})).decode()
    await Channel.update({Channel.config: box}).where(Channel.id == channel)


async def tried(channel: ChannelRow) -> None:
    """Something was sent that counts for the platform's limit."""
    at, a = await database.now(), Attempt
    row = {a.organization: channel.organization, a.channel: channel.id, a.bucket: channel.bucket}
    until = at + dt.timedelta(days=365)
    await a.insert(a({**row, a.started_at: at, a.blocks_until: until}))


async def left() -> dict[str, int]:
    return {each.name: each.changed async for each in rotate() if each.changed or each.unreadable}


async def one_channel() -> ChannelRow:
    found = await database.rows(ChannelRow, Channel.select(*CHANNEL).order_by(Channel.id))
    return found[0]


async def test_everything_follows_and_then_the_old_key_can_go(
    org: Organization, owner: AgentTable, configure: Callable[..., Any]
) -> None:
    configure()
    old = uuid.UUID(await channel_settings.add(org.id, HOOK, by="tests"))
    await channel_settings.add(org.id, HOOK, by="tests")
    await earlier(old)
    await widget.replace_identity(org.id, on=True, by="owner")
    await totp.begin(owner.account)
    secret, mail, file = (
        await totp.begun(owner.account),
        await receive(org.id, MAIL),
        await a_file(org.id),
    )
    await chain.step()
    before = await one_channel()
    sender = sender_of(before)
    await tried(before)

    configure(**BOTH)
    await keymark.settle()
    found = await census.look()
    assert found.keys == [secrets.key_id(NEW), secrets.key_id(OLD)]
    assert (found.by(census.EARLIER), found.older, found.marked) == (1, 6, True)
    assert await needed_by_audit() == 1
    done = await left()
    assert done == {
        "channel.config": 2,
        "received_mail.original": 1,
        "widget.identity": 1,
        "authenticator.secret": 1,
        fields.FILES: 2,
        "audit chains": 1,
    }
    assert await left() == {}  # Nothing is left to do.
    assert await Attempt.exists().where(Attempt.bucket == (await one_channel()).bucket)

    configure(LEAVEMSG_SECRET_KEY=NEW)
    await keymark.settle()
    now = await one_channel()
    assert (sender_of(now), now.bucket == before.bucket) == (sender, False)
    assert await keymark.unreadable() == []
    assert await totp.begun(owner.account) == secret
    [row] = await ReceivedMail.select(ReceivedMail.original).where(ReceivedMail.id == mail)
    assert opened(org.id, mail, row["original"]) == MAIL
    assert [await store.get(org.id, f"{each}{file}") for each in ("", "s")] == [b"photo"] * 2
    assert (await verify(org.id)).fault is None
    found = await census.look()
    assert (found.older, found.by(census.EARLIER), found.marked) == (0, 0, False)
    configure(LEAVEMSG_SECRET_KEY=OLD)
    with pytest.raises(Misconfigured):
        await keymark.settle()


async def test_the_old_key_cannot_go_before_all_has_followed(
    org: Organization, configure: Callable[..., Any]
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    configure(**BOTH)
    await keymark.settle()
    for one in (OLD, NEW):
        configure(LEAVEMSG_SECRET_KEY=one)
        with pytest.raises(Misconfigured, match="LEAVEMSG_OTHER_SECRET_KEYS"):
            await keymark.settle()
    # The next key, made known to all processes before any of them writes with it.
    configure(LEAVEMSG_SECRET_KEY=OLD, LEAVEMSG_OTHER_SECRET_KEYS=NEW)
    await keymark.settle()


async def test_who_was_interrupted_goes_on_and_a_change_meanwhile_wins(
    org: Organization, configure: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reseal, "AT_ONCE", 2)
    uids = [await channel_settings.add(org.id, HOOK, by="tests") for _ in range(5)]
    configure(**BOTH)
    query = statements.older(fields.CHANNEL, 3)
    some = await database.rows(reseal._Value, query, reseal.FIRST, secrets.prefix())
    for each in some[:2]:
        value = secrets.decrypt(fields.CHANNEL.at(each.row, each.organization), each.text)
        assert await reseal._channel(fields.CHANNEL, each, value)
    # Somebody saves the third between its being read and written.
    await channel_settings.change(org.id, str(some[2].row), {**HOOK, "name": "new"}, by="tests")
    assert not await reseal._channel(fields.CHANNEL, some[2], value)
    assert (await left())["channel.config"] == 2
    assert await keymark.unreadable() == []
    assert len(uids) == 5


async def test_what_no_key_reads_is_named_and_holds_up_nothing(
    org: Organization, configure: Callable[..., Any]
) -> None:
    configure(LEAVEMSG_SECRET_KEY="lost" * 10)
    lost = await channel_settings.add(org.id, HOOK, by="tests")
    file = await a_file(org.id)
    configure()
    await channel_settings.add(org.id, {**HOOK, "name": "two"}, by="tests")
    configure(**BOTH)
    await keymark.settle()
    done = {each.name: each async for each in rotate()}
    assert done["channel.config"].unreadable == [lost]
    assert done[fields.FILES].unreadable == [str(file), f"s{file}"]
    configure(LEAVEMSG_SECRET_KEY=NEW)
    await keymark.settle()
    assert await keymark.unreadable() == ["CRM"]
    assert ((await census.look()).lost, (await census.look()).older) == (3, 0)

    # Whoever finds the key after all has everything back.
    configure(LEAVEMSG_SECRET_KEY=NEW, LEAVEMSG_OTHER_SECRET_KEYS="lost" * 10)
    assert await left() == {"channel.config": 1, fields.FILES: 2}
    assert await keymark.unreadable() == []


async def test_a_channel_whose_kind_is_gone_or_was_never_known_is_kept_as_it_is(
    org: Organization, configure: Callable[..., Any]
) -> None:
    uids = [uuid.UUID(await channel_settings.add(org.id, HOOK, by="tests")) for _ in range(3)]
    shapes: list[Any] = [{"type": "gone", "key": "k"}, {"type": "wecom", "x": 1}, ["odd"]]
    for uid, value in zip(uids, shapes, strict=True):
        text = secrets.encrypt(fields.CHANNEL.at(uid, org.id), value)
        await Channel.update({Channel.config: text}).where(Channel.id == uid)
    bucket = (await one_channel()).bucket
    configure(**BOTH)
    assert (await left())["channel.config"] == 3
    configure(LEAVEMSG_SECRET_KEY=NEW)
    rows = await Channel.select(Channel.id, Channel.config).order_by(Channel.id)
    found = [secrets.decrypt(fields.CHANNEL.at(r["id"], org.id), r["config"]) for r in rows]
    assert found == shapes
    assert (await one_channel()).bucket == bucket


async def test_a_broken_audit_is_not_taken_as_whole(
    org: Organization, configure: Callable[..., Any]
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    await chain.step()
    await database.execute("UPDATE audit SET actor = 'nobody'")
    configure(**BOTH)
    done = {each.name: each async for each in rotate()}
    assert (done["audit chains"].changed, done["audit chains"].unreadable) == (0, [str(org.id)])
    assert (await verify(org.id)).fault
