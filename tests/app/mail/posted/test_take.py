"""What a provider posts is stored once it has proven itself; why it was refused is written down."""

from __future__ import annotations

import time
from typing import Any

import pytest

from app import outside
from app.errors import Invalid
from app.mail import mailbox_change as change
from app.mail.mailboxes import Config, Listed, one
from app.mail.posted import take
from app.mail.posted.proven import NotProven
from app.tables import Organization, ReceivedMail
from tests.app.mail.conftest import count
from tests.app.mail.posted.posts import PUBLIC, Post, basic, mailgun, postmark, program, sendgrid

SECRET = "whsec_" + "a" * 44


async def box(org: Organization, provider: Any, secret: str = SECRET, **more: Any) -> Listed:
    config = Config(name="", provider=provider, address="service@shop.example", **more)
    uid = await change.save(outside.egress(), org.id, None, config, secret, by="tests")
    return await one(org.id, uid)


async def post(to: Listed, what: Post) -> Any:
    found = await take.box(str(to.uid))
    assert found is not None
    try:
        return await take.take(found, what.sent, what.content_type, what.body, outside.egress())
    except (NotProven, Invalid) as error:
        await take.refused(found, error)
        return getattr(error, "code", "invalid")


async def test_each_provider_proves_itself_in_its_way(org: Organization) -> None:
    """Once and again it is one mail."""
    old = time.time() - 13 * 3600
    for provider, more, good, wrong in (
        ("postmark", {}, postmark(SECRET, raw=True), (postmark("x", raw=True), postmark())),
        ("sendgrid", {}, sendgrid(SECRET, raw=True), (sendgrid(raw=True),)),
        (
            "sendgrid",
            {"public_key": PUBLIC},
            sendgrid(raw=True, signs=True),
            (sendgrid(SECRET, raw=True),),
        ),
        ("mailgun", {}, mailgun(SECRET, raw=True), (mailgun("x"), mailgun(SECRET, at=old))),
        ("webhook", {}, program(SECRET), (program(SECRET, at=old), program("whsec_aaaa"))),
    ):
        to = await box(org, provider, **more)
        for each in wrong:
            assert await post(to, each) in {"not_signed", "wrong_signature", "old_signature"}
        assert (await one(org.id, to.uid)).fault
        uid = await post(to, good)
        assert uid == await post(to, good)
        assert (await one(org.id, to.uid)).fault == ""
        assert (await take.heard(await one(org.id, to.uid))).is_well
        await change.remove(org.id, to.uid, by="tests")
    # Whoever brought it: it was the same raw mail.
    assert await count() == 1


async def test_it_goes_where_a_fetched_mail_goes(org: Organization) -> None:
    to = await box(org, "postmark", source=True)
    uid = await post(to, postmark(SECRET))
    row = await ReceivedMail.objects().where(ReceivedMail.id == uid).first()

    assert row is not None
    assert (row.mailbox, row.state, row.found_by) == (to.uid, "done", "source")


async def test_what_is_no_mail_is_named_on_its_page(org: Organization) -> None:
    to = await box(org, "webhook")
    odd = Post("application/json", b'{"hello": 1}', basic(SECRET))

    assert await post(to, odd) == "invalid"
    told = await take.heard(await one(org.id, to.uid))
    assert (told.is_well, told.last, told.fault, told.fault_words) == (
        *(False, None, "not_a_mail", "from"),
    )
    # Who is not known learns nothing of what was wrong with it.
    assert await post(to, odd._replace(headers={})) == "not_signed"


async def test_after_a_rotation_both_secrets_work(org: Organization) -> None:
    to = await box(org, "postmark")
    made = await change.rotate(org.id, to.uid, by="tests")
    assert await post(to, postmark(SECRET)) == await post(to, postmark(made))
    again = await change.rotate(org.id, to.uid, by="tests")
    assert await post(to, postmark(SECRET)) == "wrong_signature"
    assert await post(to, postmark(made)) == await post(to, postmark(again))
    with pytest.raises(Invalid):
        await change.rotate(org.id, (await box(org, "mailgun")).uid, by="tests")


async def test_nobody_posts_to_what_is_fetched_or_not_there(org: Organization) -> None:
    config = Config(name="", host="imap.shop.example", user="a@shop.example")
    uid = await change.save(outside.egress(), org.id, None, config, "x", by="tests")

    assert [await take.box(str(each)) for each in (uid, org.id, "no id")] == [None] * 3
