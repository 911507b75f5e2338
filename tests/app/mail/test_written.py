"""Replies by mail, as a visitor gets them."""

from __future__ import annotations

import uuid

import msgspec
import pytest

from app import database, deliveries, messages
from app.deliveries import Courier
from app.errors import Conflict, NotFound
from app.mail import change, thread
from app.mail.mailboxes import Config
from app.messages import remarks
from app.tables import Mailbox, Organization
from tests.app.deliveries.confirm.conftest import VISITOR, confirmed
from tests.app.deliveries.conftest import Leave, settled
from tests.app.deliveries.planning import later
from tests.app.mail.conftest import Come
from tests.app.mail.conftest import mail as answer
from tests.fakes.letters import Letter
from tests.fakes.mail import FakeMail


async def say(org: Organization, uid: str, text: str = "明天送到", by: str = "李") -> str:
    return (await remarks.add(org.id, uid, text, visible=True, by=by)).remark


async def owed() -> list[tuple[str, str]]:
    query = "SELECT state, reason FROM delivery WHERE purpose = 'reply' ORDER BY id"
    return [(row["state"], row["reason"]) for row in await database.rows(dict, query)]


async def soon(courier: Courier, org: Organization, mail: FakeMail) -> list[Letter]:
    """What has gone to visitors when the time to take it back is over."""
    await later(seconds=11)
    await settled(courier, org)
    return confirmed(mail)


async def test_a_reply_goes_to_the_visitor_after_ten_seconds(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    left = await leave("秘密的话", email=VISITOR, name="张三")
    await say(org, left.uid)
    await settled(courier, org)
    assert confirmed(mail) == []
    # Who answers marks it as handled at once: the answer goes all the same.
    await messages.handle(org.id, left.uid, outcome="email", by="李")
    (letter,) = await soon(courier, org, mail)
    assert letter.recipients == [VISITOR]
    assert letter.injected_headers == []
    assert left.reference in letter.subject
    assert "明天送到" in letter.text
    assert f"/m/{left.uid}?" in letter.text
    # Whose address it is nobody has verified: no visitor writes to it through us.
    assert "秘密的话" not in letter.text + letter.html
    assert "张三" not in letter.text + letter.html
    assert letter.message["from"].addresses[0].display_name == org.name
    assert await owed() == [("sent", "")]


async def test_all_replies_to_one_message_are_one_thread(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    left = await leave(email=VISITOR)
    uid = uuid.UUID(left.uid)
    said = []
    for text in ("first", "second", "third"):
        said.append(uuid.UUID(await say(org, left.uid, text)))
        await soon(courier, org, mail)
    letters = confirmed(mail)
    ids = [thread.reply_id(uid, remark) for remark in said]
    root = thread.root_id(uid)
    assert [letter.message["message-id"] for letter in letters] == ids
    assert [letter.message["in-reply-to"] for letter in letters] == [root, *ids[:2]]
    assert letters[2].message["references"].split() == [root, *ids[:2]]
    assert len({letter.subject for letter in letters}) == 1


async def test_the_thread_goes_on_in_the_visitors_own_client(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave, come: Come
) -> None:
    left = await leave(email=VISITOR)
    uid = uuid.UUID(left.uid)
    first = thread.reply_id(uid, uuid.UUID(await say(org, left.uid, "first")))
    await soon(courier, org, mail)
    await come(answer("1@client", sender=VISITOR, uid="theirs@qq.com", answers=first.strip("<>")))
    await come(answer("2", sender=VISITOR, uid="a=?b@x", answers=first.strip("<>")))
    # Whoever answers their own mail goes on with it; another one may not.
    went_on = await come(answer("3", sender=VISITOR, uid="b@x", answers="theirs@qq.com"))
    strange = await come(answer("4", sender="evil@x.com", uid="c@x", answers="theirs@qq.com"))
    await say(org, left.uid, "second")
    letter = (await soon(courier, org, mail))[-1]

    assert (went_on.found_by, strange.reason) == ("own", "stranger")
    named = letter.message["references"].split()
    assert named == [thread.root_id(uid), first, "<theirs@qq.com>", "<b@x>"]
    assert letter.message["in-reply-to"] == "<b@x>"


async def test_a_reply_is_taken_back_before_it_goes_and_never_after(
    org: Organization,
    other_org: Organization,
    courier: Courier,
    mail: FakeMail,
    channel: str,
    leave: Leave,
) -> None:
    left = await leave(email=VISITOR)
    remark = await say(org, left.uid, "oops")
    for of, by in ((org, "王"), (other_org, "李")):
        with pytest.raises(NotFound):
            await remarks.take_back(of.id, left.uid, remark, by=by)
    assert await remarks.take_back(org.id, left.uid, remark, by="李") == "oops"
    assert await remarks.of(org.id, left.uid) == []
    assert await soon(courier, org, mail) == []
    assert await owed() == [("cancelled", "taken_back")]

    remark = await say(org, left.uid, "fine")
    assert len(await soon(courier, org, mail)) == 1
    with pytest.raises(Conflict):
        await remarks.take_back(org.id, left.uid, remark, by="李")
    assert [each.text for each in await remarks.of(org.id, left.uid)] == ["fine"]


async def test_a_dead_address_fails_alone_and_is_sent_again_by_hand(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    left = await leave(email="nouser@firm.com")
    await say(org, left.uid)
    assert await soon(courier, org, mail) == []
    assert await owed() == [("failed", "permanent_config")]
    # Not with all that failed: each is a person's decision.
    assert await deliveries.replay(org.id, by="tests") == 0
    (failed,) = [
        each
        for each in (await messages.show(org.id, left.uid)).deliveries
        if each.purpose == "reply"
    ]
    await deliveries.replay(org.id, delivery=failed.uid, message=left.uid, by="tests")
    await settled(courier, org)
    assert [refused for visit in mail.visits for refused in visit.recipients][-1][1].startswith("5")


async def test_a_repeat_after_a_lost_answer_is_the_same_mail(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    left = await leave(email="drop@firm.com")
    await say(org, left.uid)
    await soon(courier, org, mail)
    await later(minutes=5)
    await settled(courier, org)
    ids = [letter.message["message-id"] for letter in confirmed(mail)]
    assert len(ids) == 2
    assert len(set(ids)) == 1


async def test_what_is_trash_or_switched_off_is_not_mailed(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    spam, fine = await leave(email=VISITOR), await leave(email="li@other.com")
    await say(org, spam.uid)
    await messages.spam(org.id, spam.uid, by="李")
    await say(org, fine.uid)
    await change.save(org, {"on": False}, by="李")
    assert await soon(courier, org, mail) == []
    assert await owed() == [("cancelled", "spam"), ("cancelled", "replies_off")]


async def test_own_words_and_the_mark_in_the_address(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    own = {"language": "zh-CN", "opening": "您好 {reference}", "signature": "{shop} 敬上"}
    settings = {"channel": channel, "answer_to": "hi@shop.example", "plus": True, "texts": [own]}
    await change.save(org, settings, by="李")
    left = await leave(email=VISITOR)
    await say(org, left.uid, "一\n\n<b>二</b>")
    (letter,) = await soon(courier, org, mail)
    assert f"您好 {left.reference}\n\n一" in letter.text.replace("\r", "")
    assert f"{org.name} 敬上" in letter.text
    assert "<b>二" not in letter.html
    (address,) = letter.message["reply-to"].addresses
    assert thread.message_of(address.username) == thread.Ids(uuid.UUID(left.uid))
    assert address.username.startswith("hi+")
    assert address.domain == "shop.example"


async def test_answers_go_to_the_mailbox_that_is_fetched(
    org: Organization, courier: Courier, mail: FakeMail, channel: str, leave: Leave
) -> None:
    config = Config(name="x", host="imap.shop.example", user="Support@Shop.example")
    text = msgspec.json.encode(config).decode()
    await Mailbox(organization=org.id, config=text).save()
    left = await leave(email=VISITOR)
    await say(org, left.uid)
    (letter,) = await soon(courier, org, mail)
    assert letter.message["reply-to"].addresses[0].addr_spec == "support@shop.example"
