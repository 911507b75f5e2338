"""The confirmation as the visitor reads it."""

from __future__ import annotations

import pytest

from app import channel_settings, messages, presence
from app.brands import change as brands
from app.deliveries import Courier, detail
from app.fields.check import Answers
from app.signed import status_link
from app.tables import Message, Organization
from app.targets import change
from tests.app.deliveries.confirm.conftest import VISITOR, confirmed, sender
from tests.app.deliveries.conftest import Leave, settled
from tests.fakes.mail import FakeMail


async def test_the_visitor_gets_one_mail_that_no_machine_answers(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    left = await leave(email=VISITOR)
    await settled(courier, org)
    await settled(courier, org)
    (letter,) = confirmed(mail)
    assert (letter.sender, letter.recipients) == ("<>", [VISITOR])
    assert letter.message["From"].addresses[0].addr_spec == "desk@shop.example"
    assert letter.message["Auto-Submitted"] == "auto-replied"
    assert letter.message["Reply-To"] is None
    assert left.reference in letter.subject
    assert f"/w/default/m/{left.uid}?" in letter.text
    assert not letter.injected_headers


async def test_its_link_opens_the_private_page(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    left = await leave(email=VISITOR)
    await settled(courier, org)
    key = confirmed(mail)[0].text.split("&k=")[1].split()[0].replace("%3D", "=")
    assert status_link.opens("default", left.uid, key)


async def test_it_is_of_the_brand_that_the_message_was_left_at(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str
) -> None:
    made = await brands.add(org, "tea", "Tea house", by="x")
    said, visit = Answers(content="hello", email=VISITOR), messages.Visit(brand=made.id)
    left = await messages.leave(org, said, visit, submission_id="tea")
    await settled(courier, org)
    (letter,) = confirmed(mail)
    assert "Tea house" in letter.text
    assert f"/w/tea/m/{left.uid}?" in letter.text


async def test_no_word_of_the_visitor_is_in_it(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    said = {"name": "BUYNOW", "category": "CHEAPPILLS", "phone": "13900000000"}
    await leave("SPAMTEXT http://evil.example/x", email=VISITOR, **said)
    await settled(courier, org)
    (letter,) = confirmed(mail)
    whole = letter.raw.decode() + letter.text + letter.html + letter.subject
    assert not any(word in whole for word in ("SPAMTEXT", "evil.example", *said.values()))


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en-GB,en;q=0.9,zh;q=0.5", "We have received"),
        ("zh-TW,zh;q=0.9", "已收到"),
        ("fr", "已收到"),
        ("", "已收到"),
    ],
)
async def test_it_speaks_the_visitors_language_or_the_shops(
    org: Organization,
    courier: Courier,
    mail: FakeMail,
    chosen: str,
    leave: Leave,
    language: str,
    subject: str,
) -> None:
    await Organization.update({Organization.locale: "zh-CN"}, force=True)
    await leave(email=VISITOR)
    await Message.update({Message.language: language}, force=True)
    await settled(courier, org)
    (letter,) = confirmed(mail)
    assert letter.subject.startswith(subject)


async def test_it_says_by_when_an_answer_is_promised(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), [["00:00", "24:00"]])
    await presence.set_week(org, timezone="Asia/Shanghai", weekly=week, by="tests")
    await change.save(org.id, {"minutes": 240}, by="tests")
    await leave(email=VISITOR)
    await settled(courier, org)
    assert "(UTC+08:00) 前回复您" in confirmed(mail)[0].text


async def test_a_server_that_wants_a_sender_gets_the_accounts_own(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    auth = {"user": "desk@shop.example", "pass": "good"}
    changed = sender(mail, auth=auth, allow_plaintext=True)
    await channel_settings.change(org.id, chosen, changed, by="tests")
    await leave(email=VISITOR)
    await settled(courier, org)
    assert [letter.sender for letter in confirmed(mail)] == ["desk@shop.example"]


async def test_what_the_shop_may_read_of_it_has_no_key(
    org: Organization, chosen: str, leave: Leave
) -> None:
    left = await leave(email=VISITOR)
    (uid,) = [
        each.uid
        for each in (await messages.show(org.id, left.uid)).deliveries
        if each.purpose == "confirm"
    ]
    text = (await detail.one(org.id, uid)).text
    assert left.reference in text
    assert "k=" not in text
