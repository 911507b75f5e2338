"""How one listener talks to one client: aiosmtpd's protocol with the manners of real providers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from ssl import SSLContext
from typing import TYPE_CHECKING, Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.fakes.letters import AuthTry, Letter, Visit

if TYPE_CHECKING:
    from tests.fakes.mail import FakeMail

HOSTNAME = "mail.fake.test"
SIZE_LIMIT = 25 * 1024 * 1024
GREY_SECONDS = 300
FIRST_REFUSALS = 2

AT_RCPT = {
    "nouser": "550 5.1.1 User unknown",
    "full": "452 4.2.2 Mailbox full",
    "policy": "554 5.7.1 Relay access denied",
}
AT_THE_DOT = {
    "spam": "554 5.7.1 Message rejected as spam",
    "big": "552 5.3.4 Message size exceeds fixed limit",
}
GREYLISTED = "451 4.7.1 Greylisted, please try again later"
LATER = "451 4.3.0 Temporary failure, please try again later"
MUST_ENCRYPT = "530 5.7.0 Must issue a STARTTLS command first"
MUST_SIGN_IN = "530 5.7.0 Authentication required"
NO_AUTH = "502 5.5.1 AUTH is not available here"
REFUSED_LOGIN = "535 Error: authentication failed"
BY_PASSWORD = {
    "bad": REFUSED_LOGIN,
    "flagoff": "454 Authentication failed, please open smtp flag first!",
    "weak": "534 5.7.9 Application-specific password required",
}
SENDER_RULES = {
    "553": "553 Mail from must equal authorized user",
    "501": "501 mail from address must be same as authorization user",
}


@dataclass(frozen=True)
class Manner:
    """What a listener offers."""

    name: str
    starttls: SSLContext | None = None
    implicit: SSLContext | None = None
    auth: bool = True
    lax: bool = False
    """Takes mail without encryption too, though it offers it."""
    utf8: bool = True
    eight_bit: bool = True
    size: int = SIZE_LIMIT


class Clerk:
    """The hooks of one connection; aiosmtpd finds them by their names."""

    def __init__(self, office: FakeMail, manner: Manner) -> None:
        self.office = office
        self.manner = manner
        self.visit = Visit(manner.name)

    async def handle_EHLO(
        self, server: Postbox, session: Session, _: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        session.host_name = self.visit.ehlo = name
        return [line for line in lines if self.manner.eight_bit or "8BITMIME" not in line]

    async def handle_HELO(self, server: Postbox, session: Session, _: Envelope, name: str) -> str:
        session.host_name = self.visit.ehlo = name
        return f"250 {HOSTNAME}"

    async def handle_MAIL(
        self, server: Postbox, _: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        if refusal := self._refuse_sender(server, sender, options):
            return refusal
        envelope.mail_from = sender
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    def _refuse_sender(self, server: Postbox, sender: str, options: list[str]) -> str | None:
        if self.manner.starttls and not self.manner.lax and not server.encrypted:
            return MUST_ENCRYPT
        if not self.manner.eight_bit and "BODY=8BITMIME" in options:
            return "555 5.5.4 Unsupported option: BODY"
        login = self.visit.login
        if login is None:
            return MUST_SIGN_IN if self.office.auth_required and self.manner.auth else None
        rule = self.office.sender_rule
        wrong = rule is not None and sender.casefold() != login.casefold()
        return SENDER_RULES[rule] if rule and wrong else None

    async def handle_RCPT(
        self, server: Postbox, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._greet_recipient(address)
        self.visit.recipients.append((address, answer))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    def _greet_recipient(self, address: str) -> str:
        script = script_of(address)
        if script == "grey":
            now = self.office.clock.monotonic()
            first = self.office.first_seen.setdefault(address, now)
            return GREYLISTED if now - first < GREY_SECONDS else "250 2.1.5 Ok"
        return AT_RCPT.get(script, "250 2.1.5 Ok")

    async def handle_DATA(self, server: Postbox, _: Session, envelope: Envelope) -> str:
        scripts = {script_of(address) for address in envelope.rcpt_tos}
        letter = self._letter(server, envelope)
        letter.answer = self._judge(letter, scripts)
        letter.ok = letter.answer.startswith("250")
        self.office.take(letter)
        if "slow" in scripts:
            await asyncio.sleep(self.office.slow_seconds)
        if "drop" in scripts:
            await server.drop()
        return letter.answer

    def _letter(self, server: Postbox, envelope: Envelope) -> Letter:
        visit, clock = self.visit, self.office.clock
        raw = envelope.content
        assert isinstance(raw, bytes)
        signed_in = (one.mechanism for one in visit.auths if one.answer.startswith("235"))
        return Letter(
            listener=self.manner.name,
            sender=envelope.mail_from or "",
            recipients=list(envelope.rcpt_tos),
            raw=raw,
            tls=server.encrypted,
            ehlo=visit.ehlo,
            auth=next(signed_in, None),
            auth_count=len(visit.auths),
            login=visit.login,
            plaintext_auth=visit.plaintext_auth,
            options=list(envelope.mail_options),
            at=clock.monotonic(),
            wall=clock.time(),
            allowed_headers=frozenset(self.office.allowed_headers),
        )

    def _judge(self, letter: Letter, scripts: set[str]) -> str:
        if not self.manner.eight_bit and not letter.raw.isascii():
            return "554 5.6.1 Eight-bit data is not accepted here"
        for script in AT_THE_DOT:
            if script in scripts:
                return AT_THE_DOT[script]
        if "later" in scripts and self._too_soon(letter.recipients):
            return LATER
        return "250 2.0.0 Ok: queued"

    def _too_soon(self, recipients: Iterable[str]) -> bool:
        later = next(address for address in recipients if script_of(address) == "later")
        self.office.refusals[later] += 1
        return self.office.refusals[later] <= FIRST_REFUSALS

    async def handle_exception(self, error: Exception) -> str:
        return f"451 4.3.0 {type(error).__name__}"


class Postbox(SMTP):
    def __init__(self, office: FakeMail, manner: Manner) -> None:
        self.clerk = Clerk(office, manner)
        self.office = office
        super().__init__(
            self.clerk,
            hostname=HOSTNAME,
            ident="ESMTP",
            data_size_limit=manner.size,
            enable_SMTPUTF8=manner.utf8,
            tls_context=manner.starttls,
            auth_require_tls=(manner.starttls is not None and not manner.lax) or not manner.auth,
            auth_exclude_mechanism={"LOGIN", "PLAIN"} - set(office.mechanisms),
            authenticator=self._sign_in,
            loop=asyncio.get_running_loop(),
        )

    @property
    def encrypted(self) -> bool:
        transport = self.transport
        return transport is not None and transport.get_extra_info("sslcontext") is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self not in self.office.live:
            self.office.live.add(self)
            self.office.visits.append(self.clerk.visit)
            self.clerk.visit.peer = str(transport.get_extra_info("peername", ("",))[0])
        self.clerk.visit.encrypted = self.encrypted

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.office.live.discard(self)

    async def smtp_AUTH(self, arg: str) -> None:
        mechanism = (arg or "").partition(" ")[0].upper()
        attempt = AuthTry(mechanism, self.encrypted)
        self.clerk.visit.auths.append(attempt)
        if not self.clerk.manner.auth:
            attempt.answer = NO_AUTH
        elif self.tls_context is not None and not self.encrypted and not self.clerk.manner.lax:
            attempt.answer = MUST_ENCRYPT
        if attempt.answer:
            await self.push(attempt.answer)
            return
        await super().smtp_AUTH(arg)

    def _sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        password = given.password.decode("utf-8", "replace")
        good = password in self.office.passwords
        answer = "235 2.7.0 Authentication successful"
        if not good:
            answer = BY_PASSWORD.get(password, REFUSED_LOGIN)
        attempt = self.clerk.visit.auths[-1]
        attempt.login, attempt.answer = given.login.decode("utf-8", "replace"), answer
        return AuthResult(success=good, handled=False, message=answer, auth_data=given)

    async def drop(self) -> None:
        """Closes without an answer, and lets nothing more be said."""
        self._abort()
        await asyncio.get_running_loop().create_future()

    def _abort(self) -> None:
        if self.transport is not None:
            cast("asyncio.WriteTransport", self.transport).abort()

    async def leave(self) -> None:
        self._abort()
        task = self._handler_coroutine
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def script_of(address: str) -> str:
    """`grey`, and also `grey+2` or `grey-2`: several recipients may play the same part."""
    local = address.rpartition("@")[0].lower()
    return local.partition("+")[0].partition("-")[0]
