from __future__ import annotations

import asyncio
import ssl
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest

from tests.fakes.mail import FakeMail

SENDER = "noreply@example.com"


def letter(**headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = "admin@example.com"
    message["Subject"] = "[留言] #1024 张三"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("我想咨询一下产品价格", cte="base64")
    message.add_alternative("<p>我想咨询一下产品价格</p>", subtype="html", cte="base64")
    return message


async def send(mail: FakeMail, listener: str, *recipients: str, **wish: Any) -> Any:
    wish.setdefault("start_tls", listener not in ("implicit", "plain", "plain-noauth"))
    if listener == "implicit":
        wish.update(use_tls=True, start_tls=None)
    if wish.get("use_tls") or wish.get("start_tls"):
        wish.setdefault("tls_context", mail.client_context())
    return await aiosmtplib.send(
        wish.pop("message", None) or letter(),
        sender=wish.pop("sender", SENDER),
        recipients=list(recipients) or ["ok@example.com"],
        hostname=mail.host,
        port=mail.port(listener),
        timeout=wish.pop("timeout", 5),
        **wish,
    )


def signed_in(word: str = "good", login: str = SENDER) -> dict[str, str]:
    return {"username": login, "password": word}


async def test_it_works(mail: FakeMail) -> None:
    refused, _ = await send(mail, "starttls", "a@example.com", "b@example.com", **signed_in())

    assert refused == {}
    got = mail.messages[0]
    assert (got.sender, got.recipients) == (SENDER, ["a@example.com", "b@example.com"])
    assert (got.tls, got.auth, got.auth_count, got.login) == (True, "PLAIN", 1, SENDER)
    assert (got.subject, got.text.strip()) == ("[留言] #1024 张三", "我想咨询一下产品价格")
    assert "<p>" in got.html
    assert got.ehlo


@pytest.mark.parametrize(
    ("listener", "encrypted", "auth"),
    [
        ("starttls", True, "PLAIN"),
        ("implicit", True, "PLAIN"),
        ("plain", False, "PLAIN"),
        ("plain-noauth", False, None),
        ("noutf8", True, "PLAIN"),
        ("no8bit", True, "PLAIN"),
    ],
)
async def test_every_listener_takes_a_letter(
    mail: FakeMail, listener: str, encrypted: bool, auth: str | None
) -> None:
    await send(mail, listener, **(signed_in() if auth else {}))

    got = mail.messages[0]
    assert (got.listener, got.tls, got.auth) == (listener, encrypted, auth)


@pytest.mark.parametrize("listener", ["badcert", "stranger"])
async def test_a_certificate_that_does_not_fit_is_refused(mail: FakeMail, listener: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        await send(mail, listener)

    assert mail.attempts == []


async def test_implicit_tls_has_a_wrong_certificate_too(mail: FakeMail) -> None:
    with pytest.raises(aiosmtplib.SMTPConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        await send(mail, "badcert-implicit", use_tls=True, start_tls=None)


async def test_the_authority_is_a_file_too(mail: FakeMail) -> None:
    context = ssl.create_default_context(cafile=mail.ca_file)

    await send(mail, "starttls", tls_context=context)

    assert mail.messages[0].tls


async def test_a_silent_server_says_nothing(mail: FakeMail) -> None:
    with pytest.raises(aiosmtplib.SMTPConnectTimeoutError):
        await send(mail, "silent", timeout=0.2)

    assert [visit.listener for visit in mail.visits] == ["silent"]


async def test_a_busy_server_says_so(mail: FakeMail) -> None:
    with pytest.raises(aiosmtplib.SMTPConnectResponseError) as caught:
        await send(mail, "busy")

    assert (caught.value.code, caught.value.message[:5]) == (421, "4.3.2")


async def test_plain_does_not_offer_encryption(mail: FakeMail) -> None:
    with pytest.raises(aiosmtplib.SMTPException, match="STARTTLS extension not supported"):
        await send(mail, "plain", start_tls=True)


async def test_a_wrong_way_to_encrypt_is_refused(mail: FakeMail) -> None:
    with pytest.raises(aiosmtplib.SMTPConnectError, match="WRONG_VERSION_NUMBER"):
        await send(mail, "starttls", use_tls=True, start_tls=None)


async def test_a_small_server_names_its_limit(mail: FakeMail) -> None:
    big = letter()
    big.add_attachment(b"x" * 2000, maintype="application", subtype="octet-stream")

    with pytest.raises(aiosmtplib.SMTPSenderRefused) as caught:
        await send(mail, "size", message=big)
    assert caught.value.code == 552
    await send(mail, "size:9000", message=big)
    assert len(mail.messages) == 1


@pytest.mark.parametrize(
    ("password", "code", "words"),
    [
        ("bad", 535, "Error: authentication failed"),
        ("flagoff", 454, "please open smtp flag first!"),
        ("weak", 534, "5.7.9"),
        ("anything", 535, "Error: authentication failed"),
    ],
)
async def test_a_password_decides(mail: FakeMail, password: str, code: int, words: str) -> None:
    with pytest.raises(aiosmtplib.SMTPAuthenticationError) as caught:
        await send(mail, "implicit", **signed_in(password))

    assert (caught.value.code, words in caught.value.message) == (code, True)
    assert {attempt.login for attempt in mail.auths} == {SENDER}
    assert mail.messages == []


async def test_login_alone_can_be_offered(mail: FakeMail) -> None:
    mail.mechanisms = ("LOGIN",)

    await send(mail, "implicit", **signed_in())

    assert mail.messages[0].auth == "LOGIN"


@pytest.mark.parametrize(
    ("rule", "code", "words"),
    [("553", 553, "Mail from must equal"), ("501", 501, "mail from address must be same")],
)
async def test_the_sender_must_be_who_signed_in(
    mail: FakeMail, rule: str, code: int, words: str
) -> None:
    mail.sender_rule = rule

    with pytest.raises(aiosmtplib.SMTPSenderRefused) as caught:
        await send(mail, "starttls", **signed_in(login="other@example.com"))
    assert (caught.value.code, caught.value.message.startswith(words)) == (code, True)


async def test_signing_in_can_be_required(mail: FakeMail) -> None:
    mail.auth_required = True

    with pytest.raises(aiosmtplib.SMTPSenderRefused, match="5.7.0 Authentication required"):
        await send(mail, "starttls")


@pytest.mark.parametrize(
    ("recipient", "code"), [("nouser", 550), ("full", 452), ("grey", 451), ("policy", 554)]
)
async def test_a_recipient_is_refused_alone(mail: FakeMail, recipient: str, code: int) -> None:
    address = f"{recipient}+2@example.com"

    refused, _ = await send(mail, "plain-noauth", "ok@example.com", address)

    assert refused[address].code == code
    assert mail.messages[0].recipients == ["ok@example.com"]
    assert mail.recipients[1][0] == address


async def test_a_grey_server_takes_it_after_five_minutes(mail: FakeMail) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await send(mail, "plain-noauth", "grey@example.com")
    mail.clock.advance(299)
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await send(mail, "plain-noauth", "grey@example.com")
    mail.clock.advance(1)
    await send(mail, "plain-noauth", "grey@example.com")

    assert len(mail.messages) == 1


@pytest.mark.parametrize(("recipient", "code"), [("spam", 554), ("big", 552)])
async def test_a_letter_is_refused_at_the_dot(mail: FakeMail, recipient: str, code: int) -> None:
    with pytest.raises(aiosmtplib.SMTPDataError) as caught:
        await send(mail, "plain-noauth", f"{recipient}@example.com")

    assert caught.value.code == code
    assert (len(mail.attempts), mail.messages) == (1, [])


async def test_later_means_the_third_time(mail: FakeMail) -> None:
    for _ in range(2):
        with pytest.raises(aiosmtplib.SMTPDataError, match="4.3.0"):
            await send(mail, "plain-noauth", "later@example.com")
    await send(mail, "plain-noauth", "later@example.com")

    assert [one.ok for one in mail.attempts] == [False, False, True]


@pytest.mark.parametrize("listener", ["plain-noauth", "starttls", "implicit"])
async def test_a_dropped_letter_was_received(mail: FakeMail, listener: str) -> None:
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(mail, listener, "drop@example.com")

    assert [one.recipients for one in mail.messages] == [["drop@example.com"]]


async def test_a_slow_letter_takes_its_time(mail: FakeMail) -> None:
    mail.slow_seconds = 0.5

    with pytest.raises(aiosmtplib.SMTPReadTimeoutError):
        await send(mail, "plain-noauth", "slow@example.com", timeout=0.2)
    assert len(mail.messages) == 1


async def test_a_server_without_smtputf8_refuses_such_a_sender(mail: FakeMail) -> None:
    with pytest.raises(aiosmtplib.SMTPNotSupported):
        await send(mail, "noutf8", "张三@example.com")

    await send(mail, "starttls", "张三@example.com")
    assert mail.messages[0].recipients == ["张三@example.com"]


async def test_a_password_over_plain_is_noticed(mail: FakeMail) -> None:
    await send(mail, "plain", **signed_in())
    assert mail.messages[0].plaintext_auth

    await send(mail, "starttls", **signed_in())
    assert not mail.messages[1].plaintext_auth
    assert len(mail.plaintext_auth) == 1


async def test_eight_bits_are_not_for_everybody(mail: FakeMail) -> None:
    raw = b"Subject: a\r\n\r\n\xe4\xbd\xa0\r\n"
    context = mail.client_context()
    async with aiosmtplib.SMTP(
        hostname=mail.host, port=mail.port("no8bit"), start_tls=True, tls_context=context
    ) as smtp:
        await smtp.ehlo()
        assert {"size", "auth"} <= set(smtp.esmtp_extensions)
        assert not {"8bitmime", "smtputf8"} & set(smtp.esmtp_extensions)
        with pytest.raises(aiosmtplib.SMTPSenderRefused) as caught:
            await smtp.sendmail(SENDER, "ok@example.com", raw, mail_options=["BODY=8BITMIME"])
        assert caught.value.code == 555
        with pytest.raises(aiosmtplib.SMTPDataError, match="Eight-bit data"):
            await smtp.sendmail(SENDER, "ok@example.com", raw)


async def test_an_unknown_listener_is_refused(mail: FakeMail) -> None:
    with pytest.raises(ValueError, match="no mail server"):
        mail.port("gopher")


async def test_it_stops_while_clients_hang() -> None:
    async with FakeMail() as mail:
        mail.slow_seconds = 60
        names = ("plain-noauth", "starttls", "implicit")
        waiting = [asyncio.ensure_future(send(mail, name, "slow@x.example")) for name in names]
        waiting.append(asyncio.ensure_future(send(mail, "silent")))
        await mail.arrived(3)
    results = await asyncio.gather(*waiting, return_exceptions=True)

    assert all(isinstance(result, aiosmtplib.SMTPException) for result in results)
