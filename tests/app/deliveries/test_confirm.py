"""The visitor's confirmation: off unless chosen, one fixed mail, and no harm to the way to the
team."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest

from app import database, deliveries, messages, notifications, presence, promise, status_link
from app.channels import confirmation
from app.deliveries import Courier, detail
from app.deliveries.confirm import language_of
from app.errors import Invalid
from app.forms import Answers
from app.messages import Visit
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.app.deliveries.planning import later
from tests.fakes.letters import Letter
from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors

TEAM = "team@shop.example"
VISITOR = "li@firm.com"


@pytest.fixture
async def mail() -> AsyncIterator[FakeMail]:
    async with FakeMail() as office:
        yield office


@pytest.fixture
async def channel(org: Organization, mail: FakeMail) -> str:
    smtp = {"host": "127.0.0.1", "port": mail.port("plain"), "tls_mode": "none"}
    raw = {"type": "email", "smtp_config": smtp, "to": [TEAM], "from": "desk@shop.example"}
    return await notifications.add(org.id, raw, by="tests")


@pytest.fixture
async def chosen(org: Organization, channel: str) -> str:
    await notifications.set_confirm_channel(org.id, channel, by="tests")
    return channel


@pytest.fixture
def together(org: Organization, answers: Answers) -> Callable[..., Any]:
    """together(200, lambda number: address): different messages, all at once."""

    async def do(count: int, address: Callable[[int], str]) -> None:
        await asyncio.gather(
            *(
                messages.leave(
                    org,
                    msgspec.structs.replace(answers, content=f"no {n}", email=address(n)),
                    Visit(),
                    submission_id=f"s{n}",
                )
                for n in range(count)
            )
        )

    return do


def confirmed(mail: FakeMail) -> list[Letter]:
    return [letter for letter in mail.messages if letter.recipients != [TEAM]]


async def owed() -> list[tuple[str, str]]:
    rows = await database.fetch(
        "SELECT state, reason FROM delivery WHERE purpose = 'confirm' ORDER BY id"
    )
    return [(row["state"], row["reason"]) for row in rows]


async def test_nobody_confirms_unless_a_channel_is_chosen(channel: str, leave: Leave) -> None:
    await leave(email=VISITOR)
    assert await owed() == []


async def test_only_an_email_channel_of_ones_own_can_be_chosen(
    org: Organization, other_org: Organization, channel: str, add: Add
) -> None:
    robot = await add("custom", "http://127.0.0.1:9/hook")
    for of, uid in ((org, robot), (other_org, channel), (org, "nonsense")):
        with pytest.raises(Invalid):
            await notifications.set_confirm_channel(of.id, uid, by="tests")


async def test_the_visitor_gets_one_mail_that_no_machine_answers(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    left = await leave(email=VISITOR)
    await settled(courier, org)
    await settled(courier, org)
    (letter,) = confirmed(mail)
    assert (letter.sender, letter.recipients) == ("", [VISITOR])
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
def test_it_speaks_the_visitors_language_or_the_shops(language: str, subject: str) -> None:
    assert confirmation.wording(language_of(language, "zh-CN")).subject.startswith(subject)


async def test_it_says_by_when_an_answer_is_promised(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    week = {str(day): [["00:00", "24:00"]] for day in range(1, 8)}
    await presence.set_hours(org.id, {"week": week}, by="tests")
    await promise.set_reply_hours(org.id, 4, by="tests")
    await leave(email=VISITOR)
    await settled(courier, org)
    assert "(UTC+08:00) 前回复您" in confirmed(mail)[0].text


async def test_what_was_said_before_is_not_confirmed_again(chosen: str, leave: Leave) -> None:
    await leave("the same", email=VISITOR)
    await leave("the same", email="another@else.com")
    assert len(await owed()) == 1


async def test_an_address_gets_one_a_day_however_it_is_spelled(chosen: str, leave: Leave) -> None:
    for spelled in ("li@gmail.com", "LI@gmail.com", "l.i+x@gmail.com"):
        await leave(email=spelled)
    assert len(await owed()) == 1
    await later(hours=23)
    await leave(email="li@gmail.com")
    assert len(await owed()) == 1
    await later(hours=2)
    await leave(email="li@gmail.com")
    assert len(await owed()) == 2


async def test_a_firm_gets_three_an_hour_and_a_provider_of_mailboxes_more(
    chosen: str, leave: Leave
) -> None:
    for number in range(5):
        await leave(email=f"p{number}@firm.com")
    assert len(await owed()) == 3
    for number in range(5):
        await leave(email=f"p{number}@qq.com")
    assert len(await owed()) == 8


async def test_the_organization_sends_twenty_an_hour(chosen: str, leave: Leave) -> None:
    for number in range(25):
        await leave(email=f"p@firm{number}.com")
    assert len(await owed()) == 20
    await later(minutes=61)
    await leave(email="p@firm99.com")
    assert len(await owed()) == 21


@pytest.mark.parametrize(
    "address",
    ["postmaster@firm.com", "noreply@firm.com", "Info+x@firm.com", "", "no address"],
)
async def test_nobody_sits_behind_these(chosen: str, leave: Leave, address: str) -> None:
    await leave(email=address)
    assert await owed() == []


async def test_the_teams_own_domain_is_left_alone_but_not_its_provider(
    org: Organization, chosen: str, leave: Leave
) -> None:
    to = ["boss@team.com", "shop@qq.com"]
    await notifications.change(org.id, chosen, {"to": to}, by="tests")
    for ours in ("li@team.com", "li@eu.team.com", "shop@qq.com"):
        await leave(email=ours)
    assert await owed() == []
    await leave(email="li@qq.com")
    assert len(await owed()) == 1


async def test_ten_thousand_messages_that_name_one_victim_send_at_most_one_mail(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, together: Callable[..., Any]
) -> None:
    await together(10_000, lambda number: "victim@firm.com")
    assert len(await owed()) == 1
    await settled(courier, org)
    assert len(confirmed(mail)) == 1


async def test_two_hundred_at_once_keep_to_the_twenty(
    chosen: str, together: Callable[..., Any]
) -> None:
    await together(200, lambda number: f"p@firm{number}.com")
    assert len(await owed()) == 20


async def test_spam_is_not_confirmed_and_cancels_what_has_not_gone(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    left = await leave(email=VISITOR)
    await messages.spam(org.id, left.uid, by="tests")
    await settled(courier, org)
    assert await owed() == [("cancelled", "spam")]
    assert mail.messages == []


async def test_switching_it_off_cancels_what_has_not_gone(
    org: Organization, chosen: str, leave: Leave
) -> None:
    await leave(email=VISITOR)
    await notifications.set_confirm_channel(org.id, "", by="tests")
    await leave(email="other@firm.com")
    assert await owed() == [("cancelled", "confirmations_off")]


async def test_a_wrong_address_ends_it_and_leaves_the_channel_well(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, add: Add, leave: Leave
) -> None:
    await add("custom", "http://127.0.0.1:9/hook", enabled=False)
    for number in range(4):
        await leave(email=f"nouser@firm{number}.com")
    await settled(courier, org)
    assert await owed() == [("failed", "permanent_config")] * 4
    health = (await notifications.channel(org.id, chosen))["health"]
    assert (health["state"], health["failures"], health["last_error_at"]) == ("ok", 0, None)
    assert not await database.fetch("SELECT 1 AS one FROM delivery WHERE purpose = 'alert'")
    assert await deliveries.replay(org.id, by="tests") == 0


async def test_one_that_may_have_arrived_is_not_sent_twice(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    await leave(email="drop@firm.com")
    await settled(courier, org)
    assert await owed() == [("failed", "outcome_unknown")]
    assert len(confirmed(mail)) == 1


async def test_a_mailbox_that_is_busy_is_tried_again(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    await leave(email="grey@firm.com")
    await settled(courier, org)
    assert await owed() == [("sending", "")]
    mail.clock.advance(301)
    await later(minutes=6)
    await settled(courier, org)
    assert await owed() == [("sent", "")]


async def test_a_server_that_wants_a_sender_gets_the_accounts_own(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    auth = {"user": "desk@shop.example", "pass": "good"}
    smtp = {"host": "127.0.0.1", "port": mail.port("plain"), "tls_mode": "none"}
    config = {**smtp, "auth": auth, "allow_plaintext": True}
    await notifications.change(org.id, chosen, {"smtp_config": config}, by="tests")
    await leave(email=VISITOR)
    await settled(courier, org)
    assert [letter.sender for letter in confirmed(mail)] == ["desk@shop.example"]


async def test_notices_go_first_and_keep_two_places_of_ten(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    for number in range(12):
        await leave(email=f"p@firm{number}.com")
    await settled(courier, org)
    assert (len(mail.messages), confirmed(mail)) == (10, [])
    await later(seconds=61)
    await settled(courier, org)
    assert len(confirmed(mail)) == 8
    await later(minutes=6)
    await settled(courier, org)
    assert sorted(letter.recipients[0] for letter in confirmed(mail)) == sorted(
        f"p@firm{number}.com" for number in range(12)
    )


async def test_nobody_is_told_of_a_message_by_its_confirmation(
    org: Organization,
    courier: Courier,
    fakes: FakeVendors,
    mail: FakeMail,
    chosen: str,
    add: Add,
    leave: Leave,
) -> None:
    await notifications.change(org.id, chosen, {"to": ["grey@shop.example"]}, by="tests")
    hook = fakes.add_hook("backup")
    await add("custom", hook, fallback_for=chosen, fallback_after_seconds=600)
    await leave(email=VISITOR)
    await settled(courier, org)
    await database.fetch("UPDATE channel SET failures = 0, paused_until = NULL")
    await settled(courier, org)
    assert len(confirmed(mail)) == 1
    found = await database.fetch("SELECT state FROM delivery WHERE purpose = 'fallback'")
    assert [row["state"] for row in found] == ["pending"]


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
