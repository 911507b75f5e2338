"""Where a mail that came in ends up, and that it ends up there once."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from app import messages, secrets
from app.erasure import remove
from app.errors import NotFound
from app.keys.fields import RECEIVED_MAIL
from app.mail import attachments
from app.mail.receive import receive
from app.mail.settle import settle, step
from app.messages import events, remarks
from app.tables import Agent, Organization, ReceivedMail, Remark
from tests.app.deliveries.conftest import Add, Leave
from tests.app.mail.conftest import VISITOR, Come, mail, notice_of

HOOK = "https://hooks.example.com/crm"


@pytest.fixture
async def noticed(add: Add, leave: Leave) -> tuple[str, str]:
    """(message, Message-ID of the notice)"""
    await add("custom", HOOK)
    left = await leave(email=VISITOR)
    return left.uid, await notice_of(left.uid)


async def test_a_visitors_answer_opens_the_message_again(
    org: Organization, noticed: tuple[str, str], come: Come
) -> None:
    uid, notice = noticed
    await messages.handle(org.id, uid, outcome="phone", by="tests")
    raw = mail("还要一件\n\n> 旧的", answers=notice)
    row = await come(raw)
    again = await come(raw)

    assert (row.state, str(row.message), again.id) == ("done", uid, row.id)
    shown = (await messages.show(org.id, uid)).message
    assert (shown.status, shown.read_at) == ("pending", None)
    said = await remarks.of(org.id, uid)
    assert [(each.author, each.text) for each in said] == [("", "还要一件")]
    last = (await events.of(org.id, uuid.UUID(uid)))[-1]
    assert (last.action, last.now["mail"], last.now["from"]) == ("added", str(row.id), VISITOR)


async def test_two_workers_settle_it_once(
    org: Organization, noticed: tuple[str, str], come: Come
) -> None:
    uid, notice = noticed
    row = await receive(org.id, mail(answers=notice))
    await asyncio.gather(*(settle(org.id, row) for _ in range(3)))

    assert len(await remarks.of(org.id, uid)) == 1
    assert not await step()


async def test_a_members_answer_to_the_notice_is_a_reply(
    org: Organization, owner: Agent, noticed: tuple[str, str], come: Come
) -> None:
    uid, notice = noticed
    row = await come(mail("您好，有货", sender=owner.email, answers=notice))

    said = await remarks.of(org.id, uid)
    assert [(each.visible, each.text) for each in said] == [(True, "您好，有货")]
    assert said[0].author == (owner.name or owner.email)
    assert (row.state, row.remark) == ("done", uuid.UUID(said[0].uid))


async def test_the_same_words_of_a_member_a_moment_later_are_not_said_again(
    org: Organization, owner: Agent, noticed: tuple[str, str], come: Come
) -> None:
    uid, notice = noticed
    await come(mail("您好，有货", sender=owner.email, answers=notice))
    again = await come(mail("您好，有货", sender=owner.email, answers=notice, uid="2@x"))

    assert len(await remarks.of(org.id, uid)) == 1
    assert (again.state, again.reason, str(again.message), again.remark) == (
        *("done", "twice", uid, None),
    )


async def test_others_who_know_the_notice_may_not_answer_for_the_team(
    org: Organization, owner: Agent, noticed: tuple[str, str], come: Come
) -> None:
    uid, notice = noticed
    await Agent.update({Agent.role: "viewer"}).where(Agent.id == owner.id)
    strange = await come(mail(sender="evil@example.com", answers=notice, uid="2@x"))
    viewer = await come(mail(sender=owner.email, answers=notice, uid="3@x"))

    assert [each.reason for each in (strange, viewer)] == ["stranger", "stranger"]
    assert await remarks.of(org.id, uid) == []


async def test_a_notice_of_several_messages_leaves_it_to_people(
    add: Add, leave: Leave, owner: Agent, come: Come
) -> None:
    await add("custom", HOOK)
    both = [(await leave()).uid, (await leave()).uid]
    row = await come(mail(sender=owner.email, answers=await notice_of(*both)))

    assert (row.state, row.reason) == ("waiting", "several")


async def test_programs_open_nothing(
    org: Organization, noticed: tuple[str, str], come: Come
) -> None:
    uid, notice = noticed
    await messages.handle(org.id, uid, outcome="phone", by="tests")
    row = await come(mail(answers=notice, more="Auto-Submitted: auto-replied\r\n"))
    alone = await come(mail(uid="2@x", more="Auto-Submitted: auto-replied\r\n"))

    assert (row.state, row.reason, alone.state) == ("done", "automatic", "waiting")
    assert (await messages.show(org.id, uid)).message.status == "handled"
    assert await remarks.of(org.id, uid) == []
    assert (await events.of(org.id, uuid.UUID(uid)))[-1].action == "autoreplied"


async def test_a_bounce_stands_in_the_story(
    org: Organization, noticed: tuple[str, str], come: Come
) -> None:
    uid, notice = noticed
    text = f"gone@qq.com\n550 5.1.1 unknown\nMessage-ID: <{notice}>"
    await come(mail(text, sender="PostMaster@qq.com", subject="系统退信"))

    last = (await events.of(org.id, uuid.UUID(uid)))[-1]
    assert (last.action, last.now["status"]) == ("bounced", "5.1.1")


async def test_our_own_notice_in_the_mailbox_is_nobodys_answer(
    noticed: tuple[str, str], come: Come
) -> None:
    row = await come(mail(sender="service@shop.example", uid=noticed[1]))

    assert (row.state, row.reason) == ("done", "own")


async def test_another_organizations_notice_is_unknown_here(
    org: Organization, noticed: tuple[str, str], come: Come
) -> None:
    await Remark.delete(force=True)
    other = str(uuid.uuid4())
    row = await come(mail(answers=f"lm.{other}.0123456789ab@shop.example"))

    assert (row.state, row.reason) == ("waiting", "unknown")


async def test_what_nobody_can_read_waits_with_all_that_came(org: Organization) -> None:
    nested = "".join(
        f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(1100)
    )
    uid = await receive(org.id, f"From: a@b.cn\r\n{nested}".encode())
    await settle(org.id, uid)

    row = await ReceivedMail.objects().where(ReceivedMail.id == uid).first()
    assert row is not None
    assert (row.state, row.reason, bool(row.original)) == ("waiting", "unreadable", True)


async def test_one_that_fails_in_a_way_nobody_thought_of_holds_up_no_other(
    org: Organization,
) -> None:
    odd = await receive(org.id, b"From: a@b.cn\r\n\r\none")
    # Stored by another version, in another shape.
    stored = secrets.encrypt(RECEIVED_MAIL.at(odd, org.id), {"raw": 1})
    await ReceivedMail.update({ReceivedMail.original: stored}).where(ReceivedMail.id == odd)
    other = await receive(org.id, b"From: a@b.cn\r\n\r\ntwo")
    while await step():
        pass

    states = {row["id"]: row["reason"] for row in await ReceivedMail.select()}
    assert states == {odd: "unreadable", other: "unknown"}


async def test_attachments_are_kept_with_the_mail(
    org: Organization, noticed: tuple[str, str], come: Come
) -> None:
    raw = mail(answers=noticed[1]).decode().replace("text/plain; charset=utf-8", "image/png")
    row = await come(raw.encode())

    (kept,) = (await attachments.of(org.id, [row.id]))[row.id]
    assert kept.name == "attachment.png"
    name, content = await attachments.content(org.id, str(kept.id))
    assert content.decode().startswith("好的")


async def test_what_no_head_names_is_the_same_only_as_its_copy(org: Organization) -> None:
    """Were it told apart by what its head says, all but the first would be lost."""
    much = b"X-Trace: a line that no mail has so often\r\n" * 8000
    mails = [
        b"Received: by one\r\n\r\nhello",
        b"Received: by two\r\n\r\nhello",
        much + b"Message-ID: <1@x.cn>\r\nFrom: a@b.cn\r\n\r\nhello",
        much + b"Message-ID: <2@x.cn>\r\nFrom: a@b.cn\r\n\r\nhello",
    ]
    assert len({await receive(org.id, raw) for raw in [*mails, *mails]}) == 4


async def test_nothing_comes_back_to_a_message_that_was_anonymised(
    org: Organization, noticed: tuple[str, str], come: Come
) -> None:
    uid, notice = noticed
    await messages.handle(org.id, uid, outcome="phone", by="tests")
    await remove.anonymise(org.id, [uuid.UUID(uid)], by="tests")

    row = await come(mail("还要一件", answers=notice))

    assert (row.state, row.reason, row.message) == ("waiting", "unknown", None)
    assert await remarks.of(org.id, uid) == []
    with pytest.raises(NotFound):
        await remarks.append(org.id, uid, "还要一件")
