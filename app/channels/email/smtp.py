"""A session with a mail server: connected, encrypted as asked, signed in."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
import time
from typing import Annotated, Literal

import aiosmtplib
import msgspec

# It speaks over a socket that egress has connected, to an address that egress has checked.
from aiosmtplib import SMTP as Client  # noqa: TID251
from msgspec import Meta

from app.channels import fields
from app.channels.email import answers
from app.channels.email.answers import Stage
from app.channels.wire import unreachable
from app.egress.certificates import of_certificate
from app.egress.errors import OutboundError
from app.egress.way import Egress
from app.errors import SendError

Mode = Literal["implicit", "starttls", "opportunistic", "none"]

IMPLICIT_PORTS = (465, 994)
STARTTLS_PORTS = (25, 587)
STEP_SECONDS = 15.0
GOODBYE_SECONDS = 2.0
"""Kept back from the deadline for QUIT."""
SILENCE_SECONDS = 5.0
"""How long to wait for the greeting: a server that wants TLS at once sends none."""
PORT_25_HINT = (
    "Many providers of servers block port 25. Use port 465 or 587 of the mail server instead."
)
DISTRUST_HINT = (
    "The mail server's certificate is not accepted: {why}. Enter the name that the certificate is "
    "made for, or let the operator add your own authority. Without encryption, which is only for "
    "a server in your own network: tls_mode none and allow_plaintext."
)


AS_TYPED = {"autocapitalize": "none"}


class Login(msgspec.Struct, forbid_unknown_fields=True):
    user: Annotated[
        str,
        Meta(min_length=1, max_length=254),
        fields.asked("User name", "Usually the whole email address.", attributes=AS_TYPED),
    ]
    password: Annotated[
        str,
        fields.SECRET,
        fields.asked(
            "Password or authorisation code",
            "QQ, 163 and Tencent mail want the authorisation code from their settings.",
            secret=True,
            attributes={"type": "password", "autocomplete": "new-password"},
        ),
    ] = msgspec.field(name="pass", default="")


class SmtpConfig(msgspec.Struct, forbid_unknown_fields=True):
    host: Annotated[
        str,
        Meta(min_length=1, max_length=253),
        fields.asked("Mail server", attributes={"placeholder": "smtp.example.com", **AS_TYPED}),
    ]
    port: Annotated[
        int,
        Meta(ge=1, le=65535),
        fields.asked("Port", "Usually 465 or 587.", proposed=465),
    ] = 587
    secure: Annotated[
        bool,
        fields.asked(
            "Only send encrypted",
            "Port 465 is encrypted from the start, other ports by STARTTLS.",
            proposed=True,
        ),
    ] = False
    auth: Login | None = None
    tls_mode: Annotated[
        Literal["auto", "implicit", "starttls", "none"],
        fields.asked(
            "Kind of encryption",
            further=True,
            choices={
                "auto": "By the port",
                "implicit": "TLS from the start",
                "starttls": "STARTTLS",
                "none": "None",
            },
        ),
    ] = "auto"
    allow_plaintext: Annotated[
        bool,
        fields.asked(
            "Allow a password without encryption",
            "Only for a server in your own network.",
            further=True,
        ),
    ] = False

    def __post_init__(self) -> None:
        self.host = self.host.strip()

    def modes(self) -> list[Mode]:
        """What to try, in order; the second only where the first cannot have been meant."""
        if self.tls_mode != "auto":
            return [self.tls_mode]
        if self.port in IMPLICIT_PORTS:
            return ["implicit", "starttls"]
        if not self.secure:
            return ["opportunistic"]
        return ["starttls"] if self.port in STARTTLS_PORTS else ["starttls", "implicit"]


class Session:
    """`stage` says how far it came, to explain a failure."""

    def __init__(self, config: SmtpConfig, egress: Egress, *, name: str, deadline: float) -> None:
        self.config = config
        self.egress = egress
        self.name = name
        self.until = time.monotonic() + deadline
        self.stage: Stage = "connect"
        self.mode: Mode = "none"
        self._client: Client | None = None
        self._near = False
        self.untrusted = ""
        """Why the certificate was not accepted when the mail went unencrypted; else empty."""

    @property
    def client(self) -> Client:
        if self._client is None:
            raise aiosmtplib.SMTPServerDisconnected("not connected")
        return self._client

    @property
    def detour(self) -> bool:
        """Whether the server wanted another kind of encryption than the port suggests."""
        return self.mode != self.config.modes()[0]

    async def open(self) -> None:
        first, *others = self.config.modes()
        try:
            await self._connect(first, patience=SILENCE_SECONDS if others else STEP_SECONDS)
        except (aiosmtplib.SMTPException, OSError) as error:
            if first == "opportunistic" and (why := _distrust(error)):
                await self._unencrypted(why)
                return
            mistaken = answers.wrong_version(error) or answers.silent(error)
            if not others or not mistaken:
                raise
            await self._connect(others[0], patience=STEP_SECONDS)
        if self.config.auth:
            await self._sign_in(self.config.auth)

    async def _unencrypted(self, why: str) -> None:
        """Connects without encryption. Raises SendError unless that is allowed, or the server is in
        the own network and needs no login: somebody in between may have hidden its encryption."""
        harmless = self.config.auth is None and self._near
        if not harmless and not self.config.allow_plaintext:
            raise _distrusted(why)
        self.untrusted = why
        await self._connect("none", patience=STEP_SECONDS)
        if self.config.auth:
            await self._sign_in(self.config.auth)

    def explained(self, refused: SendError) -> SendError:
        """The certificate's error, if the server refused only because the session is
        unencrypted."""
        if self.untrusted and refused.code in ("530", "538"):
            return _distrusted(self.untrusted)
        return refused

    def certificate_until(self) -> dt.datetime | None:
        """When the server's certificate ends; None without one."""
        return of_certificate(self.client.get_transport_info("peercert"))

    async def close(self) -> None:
        """Says QUIT if still connected; never raises."""
        if self._client is None:
            return
        try:
            if self._client.is_connected:
                await self._client.quit(timeout=GOODBYE_SECONDS / 2)
        except (aiosmtplib.SMTPException, OSError):
            pass
        finally:
            self._client.close()

    async def _connect(self, mode: Mode, *, patience: float) -> None:
        self.stage, self.mode = "connect", mode
        await self.close()
        client = await self._client_for(mode, patience)
        self.stage = "banner"
        await client.connect(timeout=patience)
        self.stage = "hello"
        await client.ehlo()
        if mode in ("starttls", "opportunistic"):
            await self._encrypt(client, required=mode == "starttls")

    async def _client_for(self, mode: Mode, patience: float) -> Client:
        config = self.config
        try:
            sock, address = await self.egress.connect(
                config.host, config.port, deadline=min(patience, self._left())
            )
        except OutboundError as error:
            raise self._unreachable(error) from None
        self._near = address.is_loopback or address.is_private
        self._client = Client(
            hostname=config.host,
            sock=sock,
            use_tls=mode == "implicit",
            start_tls=False,
            tls_context=self.egress.tls_context(),
            local_hostname=self.name,
            timeout=min(STEP_SECONDS, self._left()),
        )
        return self._client

    async def _encrypt(self, client: Client, *, required: bool) -> None:
        self.stage = "tls"
        if client.supports_extension("starttls"):
            await client.starttls()
            self.stage = "hello"
            await client.ehlo()
            return
        config = self.config
        harmless = config.auth is None and self._near
        if required or not (harmless or config.allow_plaintext):
            raise SendError(
                "permanent_config",
                "starttls_missing",
                hint=answers.NO_ENCRYPTION_HINT,
                facts={"stage": "tls"},
            )

    async def _sign_in(self, login: Login) -> None:
        """One mechanism, one try: servers lock an account after a few refusals."""
        self.stage = "auth"
        user, password = login.user.encode(), login.password.encode()
        match self._mechanism():
            case "plain":
                await self.client.auth_plain(user, password)
            case "login":
                await self.client.auth_login(user, password)
            case "cram-md5":
                await self.client.auth_crammd5(user, password)
            case _:
                raise SendError(
                    "permanent_config",
                    "no_sign_in",
                    hint=answers.NO_LOGIN_HINT,
                    facts={"stage": "auth"},
                )

    def _mechanism(self) -> str:
        offered = self.client.supported_auth_methods
        clear = self.client.get_transport_info("sslcontext") is None
        usable = ["cram-md5"] if clear else ["plain", "login", "cram-md5"]
        if clear and self.config.allow_plaintext:
            usable += ["plain", "login"]
        return next((name for name in usable if name in offered), "")

    def _left(self) -> float:
        return max(0.1, self.until - time.monotonic())

    def _unreachable(self, error: OutboundError) -> SendError:
        found = unreachable(error)
        if self.config.port == 25 and error.reason in ("timeout", "connect_failed"):
            found.hint = PORT_25_HINT
        found.facts["stage"] = "connect"
        return found


SESSION_ERRORS = (
    aiosmtplib.SMTPException,
    OSError,
    ssl.SSLError,
    asyncio.TimeoutError,
    # What the library raises for an address or a name that it refuses to send.
    ValueError,
)


def _distrusted(why: str) -> SendError:
    facts = {"stage": "tls", "why": why}
    return SendError("permanent_config", "certificate", hint=DISTRUST_HINT, facts=facts)


def _distrust(error: BaseException) -> str:
    """Why a certificate is not accepted, if that is what went wrong."""
    found: BaseException | None = error
    while found is not None and not isinstance(found, ssl.SSLCertVerificationError):
        found = found.__cause__ or found.__context__
    return found.verify_message if found else ""
