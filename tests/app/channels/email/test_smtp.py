"""How a session with a mail server is opened: always as safely as it was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from app.channels import email
from app.channels.email import smtp
from app.channels.email.smtp import SmtpConfig
from app.egress.client import Client
from app.errors import SendError
from tests.app.channels.things import mailer, parcel
from tests.fakes.mail import FakeMail

NO_LOGIN = {"auth": None, "from": "desk@example.com"}


async def failure(sender: Any, egress: Client) -> SendError:
    with pytest.raises(SendError) as caught:
        await sender.send(parcel(), egress)
    return caught.value


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(smtp, "STEP_SECONDS", 0.5)


@pytest.mark.parametrize(
    ("port", "secure", "modes"),
    [
        (587, True, ["starttls"]),
        (25, True, ["starttls"]),
        (2525, True, ["starttls", "implicit"]),
        (465, True, ["implicit", "starttls"]),
        (465, False, ["implicit", "starttls"]),
        (994, False, ["implicit", "starttls"]),
        (587, False, ["opportunistic"]),
        (25, False, ["opportunistic"]),
    ],
)
def test_secure_means_encrypted_and_the_port_says_how(
    port: int, secure: bool, modes: list[str]
) -> None:
    assert SmtpConfig(host="h", port=port, secure=secure).modes() == modes


def test_what_is_chosen_goes_before_what_the_port_suggests() -> None:
    assert SmtpConfig(host="h", port=465, tls_mode="starttls").modes() == ["starttls"]


@pytest.mark.parametrize(
    ("server", "config"),
    [
        ("starttls", {"tls_mode": "auto", "secure": True}),
        ("starttls", {"tls_mode": "starttls"}),
        ("starttls", {"tls_mode": "auto", "secure": False}),
        ("implicit", {"tls_mode": "implicit"}),
    ],
)
async def test_every_mode_signs_in_encrypted(
    server: str, config: dict[str, Any], mail: FakeMail, egress: Client
) -> None:
    taken = await mailer(mail.port(server), **config).send(parcel(), egress)

    assert taken.warning == ""
    assert mail.messages[0].tls
    assert mail.plaintext_auth == []


@pytest.mark.usefixtures("impatient")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_a_server_that_waits_for_us_is_tried_with_tls_at_once(
    mail: FakeMail, egress: Client
) -> None:
    sender = mailer(mail.port("implicit"), tls_mode="auto", secure=True)

    taken = await sender.send(parcel(), egress)

    assert (taken.warning, taken.facts) == (email.DETOUR, {"tls_mode": "implicit"})
    assert mail.messages[0].tls


async def test_a_server_that_does_not_begin_with_tls_is_asked_for_starttls(
    mail: FakeMail, egress: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = mail.port("starttls")
    monkeypatch.setattr(smtp, "IMPLICIT_PORTS", (port,))

    taken = await mailer(port, tls_mode="auto", secure=False).send(parcel(), egress)

    assert taken.facts == {"tls_mode": "starttls"}
    assert mail.messages[0].tls


@pytest.mark.parametrize("config", [{"tls_mode": "starttls"}, {"tls_mode": "auto", "secure": True}])
async def test_without_encryption_nothing_is_sent(
    config: dict[str, Any], mail: FakeMail, egress: Client
) -> None:
    error = await failure(mailer(mail.port("plain"), **config), egress)

    assert (error.outcome, error.code) == ("permanent_config", "starttls_missing")
    assert (mail.auths, mail.messages) == ([], [])


async def test_a_password_never_travels_in_the_clear_by_itself(
    mail: FakeMail, egress: Client
) -> None:
    sender = mailer(mail.port("plain"), tls_mode="auto", secure=False)

    assert (await failure(sender, egress)).code == "starttls_missing"
    assert mail.auths == []


async def test_in_the_own_network_a_relay_may_do_without(mail: FakeMail, egress: Client) -> None:
    sender = mailer(mail.port("plain-noauth"), tls_mode="auto", secure=False, **NO_LOGIN)

    await sender.send(parcel(), egress)

    assert not mail.messages[0].tls


async def test_the_admin_may_allow_a_password_in_the_clear(mail: FakeMail, egress: Client) -> None:
    sender = mailer(mail.port("plain"), tls_mode="auto", secure=False, allow_plaintext=True)

    await sender.send(parcel(), egress)

    assert len(mail.plaintext_auth) == 1


async def test_no_encryption_can_be_chosen_where_no_password_travels(
    mail: FakeMail, egress: Client
) -> None:
    sender = mailer(mail.port("plain-noauth"), tls_mode="none", secure=False, **NO_LOGIN)

    assert (await sender.send(parcel(), egress)).warning == ""


async def test_a_server_without_sign_in_is_explained(mail: FakeMail, egress: Client) -> None:
    sender = mailer(mail.port("plain-noauth"), tls_mode="none", allow_plaintext=True)

    assert (await failure(sender, egress)).code == "no_sign_in"


@pytest.mark.parametrize(
    ("server", "mode"),
    [("badcert", "starttls"), ("stranger", "starttls"), ("badcert-implicit", "implicit")],
)
async def test_a_certificate_of_somebody_else_is_refused(
    server: str, mode: str, mail: FakeMail, egress: Client
) -> None:
    error = await failure(mailer(mail.port(server), tls_mode=mode), egress)

    assert (error.outcome, error.code) == ("permanent_config", "certificate")
    assert error.facts["why"]
    assert mail.auths == []


async def test_the_wrong_kind_of_encryption_is_explained(mail: FakeMail, egress: Client) -> None:
    error = await failure(mailer(mail.port("starttls"), tls_mode="implicit"), egress)

    assert (error.outcome, error.code) == ("permanent_config", "tls_failed")


@pytest.mark.usefixtures("impatient")
async def test_a_silent_server_is_tried_again(mail: FakeMail, egress: Client) -> None:
    error = await failure(mailer(mail.port("silent")), egress)

    assert (error.outcome, error.code, error.facts["stage"]) == ("retry", "timeout", "banner")


async def test_a_busy_server_is_tried_again(mail: FakeMail, egress: Client) -> None:
    error = await failure(mailer(mail.port("busy")), egress)

    assert (error.outcome, error.code, error.facts["stage"]) == ("retry", "421", "banner")
    assert error.message == "4.3.2"


async def test_nobody_there_is_tried_again(egress: Client, unused_tcp_port: int) -> None:
    error = await failure(mailer(unused_tcp_port), egress)

    assert (error.outcome, error.code, error.left) == ("retry", "connect_failed", False)
    assert error.facts["stage"] == "connect"


async def test_a_private_mail_server_is_never_called(mail: FakeMail) -> None:
    error = await failure(mailer(mail.port("starttls")), Client())

    assert (error.outcome, error.left) == ("permanent_config", False)
    assert mail.visits == []


async def test_what_is_no_mail_server_tells_nothing_about_itself(
    egress: Client, whatever: int
) -> None:
    error = await failure(mailer(whatever), egress)

    assert error.outcome == "retry"
    assert "secret-banner" not in f"{error!r} {vars(error)}"


@pytest.fixture
async def whatever() -> Any:
    """Something that speaks, but not SMTP."""
    import asyncio

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"-ERR secret-banner of an internal service\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("mechanisms", [("LOGIN",), ("PLAIN",), ("PLAIN", "LOGIN")])
async def test_one_way_of_signing_in_is_enough(
    mechanisms: tuple[str, ...], mail: FakeMail, egress: Client
) -> None:
    mail.mechanisms = mechanisms

    await mailer(mail.port("starttls")).send(parcel(), egress)

    assert [attempt.mechanism for attempt in mail.auths] == [mechanisms[0]]


async def test_a_certificate_that_is_not_accepted_is_no_reason_to_send_in_the_clear(
    mail: FakeMail, egress: Client
) -> None:
    error = await failure(mailer(mail.port("badcert"), tls_mode="auto", secure=False), egress)

    assert (error.outcome, error.code) == ("permanent_config", "certificate")
    assert "tls_mode none" in error.hint
    assert error.facts["why"]
    assert (mail.auths, mail.messages) == ([], [])


async def test_where_the_clear_is_allowed_it_goes_and_says_why(
    mail: FakeMail, egress: Client
) -> None:
    sender = mailer(mail.port("badcert-lax"), tls_mode="auto", secure=False, allow_plaintext=True)

    taken = await sender.send(parcel(), egress)

    assert "tls_mode to none" in taken.warning
    assert taken.facts["why"]
    assert [each.tls for each in mail.messages] == [False]


async def test_a_server_that_only_takes_what_it_encrypts_is_explained_by_its_certificate(
    mail: FakeMail, egress: Client
) -> None:
    sender = mailer(
        mail.port("badcert"), tls_mode="auto", secure=False, allow_plaintext=True, **NO_LOGIN
    )

    assert (await failure(sender, egress)).code == "certificate"
