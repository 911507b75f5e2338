"""Which message a mail belongs to, and who may say so by it: ids and marks, each on its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import msgspec

from app import messages
from app.fields.check import Answers
from app.mail import match, thread
from app.mail.mailboxes import Config
from app.mail.read.mail import read
from app.messages import Visit, remarks
from app.tables import Agent, Mailbox, Organization
from tests.app.deliveries.conftest import Leave
from tests.app.mail.conftest import VISITOR, Come, mail

MESSAGE = uuid.UUID("01890000-0000-7000-8000-000000000001")
QUOTE = '"'
STRANGER = "evil@example.com"
TRUSTED = "Authentication-Results: mx.shop.example; dmarc=pass header.from=shop.example\r\n"


def forged(token: str) -> str:
    """Of another message, with the proof of this one."""
    return ("a" if token[0] != "a" else "b") + token[1:]


def test_marks_are_found_where_programs_leave_them() -> None:
    token = thread.reply_token(MESSAGE)
    for raw, by in (
        (mail(subject=f"Re: 报价 [{token}]"), "subject"),
        (mail(subject=f"回复：{token.upper()}。"), "subject"),
        (mail(subject="x", more=f"Cc: <hi+{token}@shop.example>\r\n"), "address"),
        (mail(subject="x", more=f"Delivered-To: HI+{token.upper()}@shop.example\r\n"), "address"),
        (mail(subject=f"Re: {forged(token)} [{token}]"), "subject"),
        (mail(subject=f"Re: [{forged(token)}]"), ""),
        (mail(subject=f"Re: [{token}x]"), ""),
        (mail(subject=f"Re: [{token[:-1]}]"), ""),
        (mail(subject="Re: " + "a" * 36), ""),
    ):
        found = match.named(read(raw))
        assert [(each.message, each.by) for each in found] == ([(MESSAGE, by)] if by else []), raw


async def test_a_mark_counts_only_from_who_is_known(
    org: Organization, owner: Agent, leave: Leave, come: Come
) -> None:
    left = await leave(email=VISITOR)
    token = thread.reply_token(uuid.UUID(left.uid))
    config = Config(name="x", host="imap.shop.example", user="a@b.cn", trusted="mx.shop.example")
    box = Mailbox(organization=org.id, config=msgspec.json.encode(config).decode())
    await box.save()
    subject = f"Re: [{token}]"
    for number, (raw, reason, author) in enumerate(
        (
            (mail(sender=VISITOR, subject=subject, uid="1"), "", ""),
            (mail(sender=VISITOR.upper(), subject=subject, uid="2", text="2"), "", ""),
            (mail(sender=STRANGER, subject=subject, uid="3"), "stranger", None),
            (mail(sender=VISITOR, subject=f"[{forged(token)}]", uid="4"), "unknown", None),
            # Anybody can write as a member, and visitors know the mark: the server proves it.
            (mail(sender=owner.email, subject=subject, uid="5"), "stranger", None),
            (
                mail(sender=owner.email, subject=subject, uid="6", more=TRUSTED, text="6"),
                "",
                owner.name or owner.email,
            ),
        )
    ):
        row = await come(raw, box.id)
        assert (row.state, row.reason) == ("waiting" if reason else "done", reason), number
        assert row.found_by == ("" if reason else "subject"), number
        if author is not None:
            assert (await remarks.of(org.id, left.uid))[-1].author == author, number


async def test_another_organizations_marks_and_ids_lead_nowhere(
    other_org: Organization, answers: Answers, come: Come
) -> None:
    theirs = await messages.leave(other_org, answers, Visit(), submission_id="s")
    message = uuid.UUID(theirs.uid)
    sender = answers.email or VISITOR
    token, root = thread.reply_token(message), thread.root_id(message).strip("<>")
    for number, raw in enumerate(
        (
            mail(sender=sender, subject=f"[{token}]", uid="1"),
            mail(sender=sender, answers=root, uid="2"),
            mail(sender=sender, uid="3", more=f"Cc: <x+{token}@shop.example>\r\n"),
        )
    ):
        row = await come(raw)
        assert (row.state, row.reason, row.message) == ("waiting", "unknown", None), number
    assert await remarks.of(other_org.id, theirs.uid) == []


async def test_ids_are_found_in_whatever_shape_programs_send_them(
    org: Organization, leave: Leave
) -> None:
    left = uuid.UUID((await leave(email=VISITOR)).uid)
    remark = uuid.uuid4()
    root, reply = thread.root_id(left), thread.reply_id(left, remark)
    shapes: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("folded", lambda each: f"References: <a@x>\r\n\t{each}\r\n <b@y>\r\n"),
        ("folded within", lambda each: f"References:\r\n {each}\r\n"),
        ("many", lambda each: f"References: {each} {' '.join(f'<{n}@x>' for n in range(20))}\r\n"),
        ("no space", lambda each: f"References: <a@x>{each}<b@y>\r\n"),
        ("upper case", lambda each: f"In-Reply-To: {each.upper()}\r\n"),
        (
            "quoted",
            lambda each: (
                f"In-Reply-To: {each.replace('<', '<' + QUOTE).replace('@', QUOTE + '@')}\r\n"
            ),
        ),
        ("without brackets", lambda each: f"In-Reply-To: {each[1:-1]}\r\n"),
        ("in a sentence", lambda each: f"In-Reply-To: Your message of Monday {each}\r\n"),
        ("another host", lambda each: f"In-Reply-To: {each.split('@')[0]}@old.example>\r\n"),
    )
    for name, write in shapes:
        for mail_id, side in ((root, "either"), (reply, "visitor")):
            ids = read(mail(more=write(mail_id))).references
            found = await match.threads(org.id, ids)
            assert [(each.message, each.side) for each in found] == [(left, side)], (name, ids)


async def test_the_nearest_of_ours_counts_and_one_that_somebody_made_up_does_not(
    org: Organization, leave: Leave
) -> None:
    first, second = [uuid.UUID((await leave(email=VISITOR)).uid) for _ in range(2)]
    one, other = thread.root_id(first), thread.root_id(second)
    made_up = one.replace(first.hex, second.hex)
    for ids, message in (
        ((other, one), second),
        ((made_up, one), first),
        ((made_up,), None),
        ((f"<lm.{uuid.uuid4()}.0123456789ab@x>", other), second),
        ((), None),
    ):
        found = await match.threads(org.id, [each.strip("<>") for each in ids])
        assert [each.message for each in found] == ([message] if message else []), ids


async def test_who_goes_on_with_their_own_mail_reaches_its_message(
    org: Organization, other_org: Organization, leave: Leave, come: Come
) -> None:
    left = uuid.UUID((await leave(email=VISITOR)).uid)
    await come(mail(answers=thread.root_id(left).strip("<>"), uid="mine@qq.com"))
    (found,) = await match.threads(org.id, ["x@y", "mine@qq.com"])
    assert (found.message, found.side, found.by) == (left, "sender", "own")
    assert await match.threads(other_org.id, ["mine@qq.com"]) == []
