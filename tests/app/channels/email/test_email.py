"""E-mail: one letter for each recipient, and what becomes of each."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.channels import email, kinds
from app.channels.email import smtp
from app.channels.sender import remedy
from app.egress.client import Client
from app.errors import Invalid, SendError
from tests.app.channels.things import mailer, notice, parcel
from tests.fakes.mail import FakeMail

SMTP = {"host": "smtp.example.com", "port": 587, "auth": {"user": "a@example.com", "pass": "p"}}


async def failure(sender: Any, egress: Client, **changes: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        await sender.send(parcel(**changes), egress)
    return caught.value


def faults(egress: Client, **raw: Any) -> list[tuple[str, str]]:
    sender = kinds.parse({"type": "email", "smtp_config": SMTP, "to": ["b@example.com"], **raw})
    with pytest.raises(Invalid) as caught:
        sender.check(egress)
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


async def test_each_recipient_gets_a_letter_over_one_connection(
    mail: FakeMail, egress: Client
) -> None:
    sender = mailer(mail.port("starttls"), "a@example.com", "b@example.com")

    taken = await sender.send(parcel(), egress)

    assert taken.accepted == ("a@example.com", "b@example.com")
    assert [letter.recipients for letter in mail.messages] == [["a@example.com"], ["b@example.com"]]
    assert len(mail.visits) == 1
    assert all(letter.tls and not letter.injected_headers for letter in mail.messages)


async def test_what_becomes_of_each_recipient_is_told_apart(mail: FakeMail, egress: Client) -> None:
    people = ("ok@example.com", "nouser@example.com", "grey@example.com")
    sender = mailer(mail.port("starttls"), *people)

    error = await failure(sender, egress)

    assert (error.outcome, error.after) == ("retry", 300)
    assert error.accepted == ["ok@example.com"]
    assert error.refused == {"nouser@example.com": "550 5.1.1 User unknown"}


async def test_who_has_it_already_gets_no_second_one(mail: FakeMail, egress: Client) -> None:
    sender = mailer(mail.port("starttls"), "ok@example.com", "grey@example.com")
    first = await failure(sender, egress)
    mail.clock.advance(301)

    again = parcel(attempt=2, accepted=frozenset(first.accepted))
    taken = await sender.send(again, egress)

    assert taken.accepted == ("grey@example.com",)
    assert [letter.recipients for letter in mail.messages] == [
        ["ok@example.com"],
        ["grey@example.com"],
    ]


async def test_a_repeat_has_the_same_id_and_another_recipient_another(
    mail: FakeMail, egress: Client
) -> None:
    sender = mailer(mail.port("starttls"), "a@example.com", "b@example.com")
    await sender.send(parcel(), egress)
    await sender.send(parcel(attempt=2), egress)

    ids = [str(letter.message["Message-ID"]) for letter in mail.messages]

    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2
    assert ids[0].startswith("<lm.0190a5b0.")
    assert ids[0].endswith("@example.com>")


async def test_nobody_left_to_tell_needs_no_connection(mail: FakeMail, egress: Client) -> None:
    sender = mailer(mail.port("starttls"), "a@example.com")

    await sender.send(parcel(accepted=frozenset({"a@example.com"})), egress)

    assert mail.visits == []


async def test_refused_for_some_is_a_warning_and_for_all_a_failure(
    mail: FakeMail, egress: Client
) -> None:
    port = mail.port("starttls")
    some = await mailer(port, "nouser@example.com", "ok@example.com").send(parcel(), egress)
    none = await failure(mailer(port, "nouser@example.com", "policy@example.com"), egress)

    assert some.warning == email.SOME_REFUSED
    assert some.facts == {"recipients": "nouser@example.com"}
    assert (none.outcome, len(none.refused)) == ("permanent_config", 2)


async def test_who_was_refused_before_is_not_asked_again_and_still_named(
    mail: FakeMail, egress: Client
) -> None:
    sender = mailer(mail.port("starttls"), "nouser@example.com", "grey@example.com")
    first = await failure(sender, egress)
    mail.clock.advance(301)

    taken = await sender.send(parcel(attempt=2, refused=frozenset(first.refused)), egress)

    assert taken.accepted == ("grey@example.com",)
    assert taken.warning == email.SOME_REFUSED
    assert taken.facts == {"recipients": "nouser@example.com"}


async def test_nobody_took_it_in_any_try_is_a_failure(mail: FakeMail, egress: Client) -> None:
    port = mail.port("starttls")
    refused = frozenset({"nouser@example.com"})
    last = await failure(
        mailer(port, "nouser@example.com", "policy@example.com"), egress, refused=refused
    )
    none_left = await failure(mailer(port, "nouser@example.com"), egress, refused=refused)

    assert (last.outcome, list(last.refused)) == ("permanent_config", ["policy@example.com"])
    assert (none_left.outcome, none_left.code) == ("permanent_config", "refused")
    assert none_left.facts == {"recipients": "nouser@example.com"}


# (recipient, stage, code, outcome, seconds to wait, softer form)
AT_THE_RECIPIENT = [
    ("nouser", "recipient", "550", "permanent_config", None, ""),
    ("policy", "recipient", "554", "permanent_config", None, ""),
    ("full", "recipient", "452", "retry", 300, ""),
    ("grey", "recipient", "451", "retry", 300, ""),
    ("spam", "data", "554", "permanent_content", None, "neutral"),
    ("big", "data", "552", "permanent_content", None, "fallback"),
    ("later", "data", "451", "retry", None, ""),
]


@pytest.mark.parametrize(("who", "stage", "code", "outcome", "after", "softer"), AT_THE_RECIPIENT)
async def test_a_refusal_at_the_recipient_says_what_follows(
    who: str,
    stage: str,
    code: str,
    outcome: str,
    after: float | None,
    softer: str,
    mail: FakeMail,
    egress: Client,
) -> None:
    error = await failure(mailer(mail.port("starttls"), f"{who}@example.com"), egress)

    assert (error.outcome, error.code, error.after) == (outcome, code, after)
    assert (error.facts["stage"], remedy(error)) == (stage, softer)
    assert error.hint.format_map(error.facts)


@pytest.mark.parametrize(
    ("password", "code", "outcome", "hint"),
    [
        ("bad", "535", "permanent_config", "authorisation code"),
        ("weak", "534", "permanent_config", "authorisation code"),
        ("flagoff", "454", "retry", "QQ"),
    ],
)
async def test_a_refused_password_is_tried_once(
    password: str, code: str, outcome: str, hint: str, mail: FakeMail, egress: Client
) -> None:
    error = await failure(mailer(mail.port("starttls"), password=password), egress)

    assert (error.outcome, error.code) == (outcome, code)
    assert hint in error.hint
    assert len(mail.auths) == 1


async def test_a_password_that_is_refused_for_the_moment_gets_one_more_try(
    mail: FakeMail, egress: Client
) -> None:
    sender = mailer(mail.port("starttls"), password="flagoff")

    first, second = await failure(sender, egress), await failure(sender, egress, attempt=2)

    assert (first.outcome, first.after) == ("retry", 300)
    assert second.outcome == "permanent_config"


@pytest.mark.parametrize("rule", ["553", "501"])
async def test_a_foreign_sender_is_explained(rule: str, mail: FakeMail, egress: Client) -> None:
    mail.sender_rule = rule
    sender = mailer(mail.port("starttls"), **{"from": "other@example.com"})

    error = await failure(sender, egress)

    assert (error.outcome, error.code) == ("permanent_config", rule)
    assert error.facts["sender"] == "other@example.com"


async def test_what_was_handed_over_without_an_answer_may_have_arrived(
    mail: FakeMail, egress: Client
) -> None:
    sender = mailer(mail.port("starttls"), "ok@example.com", "drop@example.com", "c@example.com")

    error = await failure(sender, egress)

    assert (error.outcome, error.code, error.accepted) == ("unknown", "reset", ["ok@example.com"])
    assert len(mail.messages) == 2


async def test_a_slow_server_may_have_got_it(
    mail: FakeMail, egress: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email.Email, "deadline", 4.0)
    mail.slow_seconds = 10

    error = await failure(mailer(mail.port("starttls"), "slow@example.com"), egress)

    assert (error.outcome, error.code) == ("unknown", "timeout")


async def test_no_secret_is_in_an_error(mail: FakeMail, egress: Client) -> None:
    for who, password in (("spam", "good"), ("ok", "bad"), ("ok", "flagoff")):
        sender = mailer(mail.port("starttls"), f"{who}@example.com", password=password)
        error = await failure(sender, egress)

        assert f"'{password}'" not in f"{error!r} {vars(error)}"
        assert error.__cause__ is None


async def test_a_letter_the_size_of_nothing_is_too_large_for_a_tiny_server(
    mail: FakeMail, egress: Client
) -> None:
    error = await failure(mailer(mail.port("size:100")), egress)

    assert (error.outcome, remedy(error)) == ("permanent_content", "fallback")


async def test_who_wrote_gets_the_answer(mail: FakeMail, egress: Client) -> None:
    sender = mailer(mail.port("starttls"))
    await sender.send(parcel(), egress)
    await sender.send(parcel(notice(email="not an address")), egress)

    first, second = mail.messages
    assert first.message["Reply-To"].addresses[0].addr_spec == "zhangsan@example.com"
    assert second.message["Reply-To"] is None
    assert "not an address" in second.text


def test_every_fault_is_named_at_once() -> None:
    login = {"user": "desk", "pass": "p"}
    config = {"host": "redis", "port": 80, "auth": login, "tls_mode": "none"}
    people = ["ok@example.com", "no", "a@b@c", "x@[127.0.0.1]"]

    found = faults(Client(), smtp_config=config, to=people)

    assert found == [
        ("/smtp_config/host", "host_internal"),
        ("/to/1", "email"),
        ("/to/2", "email"),
        ("/to/3", "email"),
        ("/from", "from_needed"),
        ("/smtp_config/tls_mode", "plaintext_password"),
    ]


async def test_recipients_are_understood_as_people_write_them(
    mail: FakeMail, egress: Client
) -> None:
    written = ["张三 <a@example.com>", "b@example.com.", "ｃ＠example.com", "mailto:d@example.com"]
    sender = mailer(mail.port("starttls"), *written)

    assert sender.to == written
    assert list(sender.faults(egress)) == []
    taken = await sender.send(parcel(), egress)
    assert taken.accepted == tuple(f"{name}@example.com" for name in "abcd")


@pytest.mark.parametrize("sender", ["A\r\nBcc: x@y.example <a@b.example>", "a@b.example\nx"])
def test_a_sender_of_two_lines_is_none(egress: Client, sender: str) -> None:
    assert faults(egress, smtp_config=SMTP, **{"from": sender}) == [("/from", "email")]


@pytest.mark.parametrize(
    "line", ["A\r\nBcc: <x@y.example>", "A\u2028<x@y.example>", "A\0<x@y.example>"]
)
def test_a_recipient_of_two_lines_is_none(egress: Client, line: str) -> None:
    assert faults(egress, smtp_config=SMTP, to=[line]) == [("/to/0", "email")]


async def test_a_wide_space_in_a_name_is_no_line_break(mail: FakeMail, egress: Client) -> None:
    names = {"from": "客服　小张 <desk@example.com>"}
    sender = mailer(mail.port("starttls"), "张　三 <a@example.com>", **names)

    assert list(sender.faults(egress)) == []
    assert (await sender.send(parcel(), egress)).accepted == ("a@example.com",)


def test_a_user_without_a_password_is_half_a_login(egress: Client) -> None:
    config = {**SMTP, "auth": {"user": "a@example.com"}}

    assert faults(egress, smtp_config=config) == [("/smtp_config/auth/pass", "missing")]


async def test_a_refusal_that_ends_the_connection_is_still_a_refusal(
    mail: FakeMail, egress: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = mailer(mail.port("starttls"), "later@example.com", "b@example.com")
    rset = smtp.Client.rset

    async def broken(client: smtp.Client) -> None:
        client.close()
        await rset(client)

    monkeypatch.setattr(smtp.Client, "rset", broken)

    assert (await failure(sender, egress)).outcome == "retry"


def test_an_unusual_port_is_refused_at_the_port() -> None:
    assert faults(Client(), smtp_config={**SMTP, "port": 80}) == [("/smtp_config/port", "url_port")]


@pytest.mark.parametrize(
    "address",
    ["a@b.c\r\nRCPT TO:<x@y.z>", "a@b.c SIZE=1", '"a b"@example.com', "用户@例子.中国", "@", "a@"],
)
def test_an_address_that_would_become_another_is_refused(address: str, egress: Client) -> None:
    assert faults(egress, to=["ok@example.com", address])[0][0] == "/to/1"


def test_a_name_may_stand_before_the_sender(egress: Client) -> None:
    raw = {"type": "email", "smtp_config": SMTP, "to": ["b@example.com"]}
    kinds.parse({**raw, "from": '"客服, 一部" <a@example.com>'}).check(egress)


def test_recipients_are_told_once_and_in_ascii() -> None:
    people = ["a@EXAMPLE.com", "a@example.com", "A@example.com", "info@例子.中国"]
    sender = kinds.parse({"type": "email", "smtp_config": SMTP, "to": people})
    assert isinstance(sender, email.Email)

    assert sender.recipients() == [
        "a@example.com",
        "A@example.com",
        "info@xn--fsqu00a.xn--fiqs8s",
    ]


@pytest.mark.parametrize("mode", ["starttls", "implicit", "none"])
async def test_a_probe_signs_in_and_tells_when_the_certificate_ends(
    mail: FakeMail, egress: Client, mode: str
) -> None:
    name = "plain" if mode == "none" else mode
    sender = mailer(mail.port(name), tls_mode=mode, allow_plaintext=True)

    found = await sender.probe(egress)

    assert found is not None
    assert (found.certificate_until is None) == (mode == "none")
    if found.certificate_until:
        assert found.certificate_until > dt.datetime.now(dt.UTC)
    assert mail.messages == []
