"""A mail to a mailbox that is a source is left like any other message."""

from __future__ import annotations

import msgspec

from app import messages
from app.mail.fresh import place_of
from app.mail.mailboxes import Config
from app.tables import Mailbox, Organization, new_id
from tests.app.mail.conftest import Come, mail


async def source(org: Organization, **changes: object) -> Mailbox:
    config = Config(name="客服", host="imap.shop.example", user="service@shop.example", source=True)
    text = msgspec.json.encode(msgspec.structs.replace(config, **changes)).decode()
    row = Mailbox(id=new_id(), organization=org.id, config=text)
    await row.save()
    return row


async def test_it_is_a_message_and_the_same_words_again_a_repeat(
    org: Organization, come: Come
) -> None:
    await source(org)
    first = await come(mail("请问这款产品还有货吗", subject="问货", uid="1@x"))
    again = await come(mail("请问这款产品还有货吗", subject="问货", uid="2@x"))

    assert first.state == again.state == "done"
    shown = await messages.show(org.id, str(first.message))
    assert (shown.message.source, len(shown.repeats)) == ("mail", 1)


async def test_spam_is_set_aside_and_seen(org: Organization, come: Come) -> None:
    box = await source(org)
    links = "https://a.example https://b.example https://c.example"
    row = await come(mail(links), box.id)

    assert (await messages.show(org.id, str(row.message))).message.status == "spam"


async def test_a_mailbox_that_is_no_source_makes_no_messages(org: Organization, come: Come) -> None:
    box = await source(org, source=False)

    assert (await come(mail(), box.id)).state == "waiting"


def test_every_sender_is_a_network_of_their_own() -> None:
    assert place_of("a@b.cn") == place_of("a@b.cn") != place_of("c@b.cn")
