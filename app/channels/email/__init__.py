"""E-mail through a mail server of the organization. https://www.rfc-editor.org/rfc/rfc5321"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Annotated, Any, ClassVar, Literal

import aiosmtplib
import msgspec
from msgspec import Meta

from app.catalogue import say
from app.channels import addresses, fields
from app.channels.email import answers, confirmation, letters, mails, providers, replies
from app.channels.email.smtp import GOODBYE_SECONDS, SESSION_ERRORS, Session, SmtpConfig
from app.channels.secrecy import tidy
from app.channels.sender import Acceptance, Guide, Parcel, Sender
from app.channels.wording import Draft, Style, compose
from app.egress.refused import UrlRefused
from app.egress.way import Egress
from app.errors import Problem, SendError
from app.reading.characters import plain
from app.reading.mailboxes import mailbox
from app.text import has_controls

RECIPIENTS = 10
NOBODY = ""
"""The envelope sender of mail that no machine may answer, not even with a bounce. Providers that
only take the account's own address get that instead."""
PERMANENT = 500
STYLE = Style(titled=True, glance=(300, 100), lists_links=True)
# The most urgent for planning the next try comes first.
PRECEDENCE = ("unknown", "rate_limited", "retry", "permanent_content", "permanent_config", "gone")

WRITTEN = re.compile(r"(?:[^<>@]*<)?(?:mailto:)?([^\s<>]+?)>?\.?", re.IGNORECASE)
"""One address alone, with a name before it or a full stop after it."""
BETWEEN = re.compile(r"[\s,;，；、]+")
ADDRESS = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
)

DETOUR = "The mail server wants another kind of encryption than usual on this port: {tls_mode}."
UNTRUSTED = (
    "It went without encryption, as you allow: the mail server's certificate is not accepted "
    "({why}). To leave encryption out at once, set tls_mode to none."
)
SOME_REFUSED = "The mail server refused {recipients} for good. Check these addresses."


class Email(Sender, tag="email"):
    kind: ClassVar[str] = "email"
    label: ClassVar[str] = "E-mail"
    # Few providers allow more from one account.
    limit_per_minute: ClassVar[int | None] = 30
    deadline: ClassVar[float] = 30.0
    secret_fields: ClassVar[tuple[tuple[str, ...], ...]] = (("smtp_config", "auth", "pass"),)
    purpose: ClassVar[str] = "Through your own mail server"
    accepted: ClassVar[str] = "The mail server accepted it. Is it in the inbox?"
    steps: ClassVar[tuple[str, ...]] = (
        "Look up the SMTP server in the settings of your mail provider.",
        "Switch SMTP on there; many providers give an authorisation code for it.",
        "Port 465 works nearly everywhere; port 25 is often blocked.",
    )
    writes: ClassVar[Literal["markup", "text", "json"]] = "text"

    to: Annotated[
        list[Annotated[str, Meta(min_length=1, max_length=254)]],
        Meta(min_length=1, max_length=RECIPIENTS),
        fields.asked("Recipients", "One per line, ten at most."),
    ]
    smtp_config: SmtpConfig
    from_: Annotated[
        str,
        Meta(max_length=320),
        fields.asked(
            "Sender",
            "Empty: the user name. Most providers accept nothing else.",
            further=True,
        ),
    ] = msgspec.field(name="from", default="")
    attach_json: Annotated[bool, fields.asked("Attach the notice as JSON", further=True)] = False

    @classmethod
    def specimen(cls) -> dict[str, Any]:
        return {"smtp_config": {"host": "smtp.example.com"}, "to": ["team@example.com"]}

    @classmethod
    def guide(cls, form: Mapping[str, str]) -> Guide:
        return providers.guide(form, cls.steps)

    @classmethod
    def begun(cls, form: Mapping[str, str]) -> dict[str, str]:
        return providers.begun(form)

    @classmethod
    def completed(cls, form: Mapping[str, str]) -> Mapping[str, str]:
        return providers.completed(form)

    @classmethod
    def recognised(cls, pasted: str) -> dict[str, Any] | None:
        words = [word for word in BETWEEN.split(addresses.bare(pasted)) if word]
        found = [mailbox(addresses.bare(word.removeprefix("mailto:"))) for word in words]
        if not found or None in found:
            found = [mailbox(each.strip(".")) for each in ADDRESS.findall(pasted)]
        people = list(dict.fromkeys(who for who in found if who))
        return {"to": people} if people else None

    @classmethod
    def tail(cls, shown: Mapping[str, Any]) -> str:
        # Nothing is shown of settings that this key cannot decrypt.
        first, *others = shown.get("to") or [""]
        return f"{first} +{len(others)}" if others else str(first)

    def faults(self, egress: Egress) -> Iterator[Problem]:
        config = self.smtp_config
        try:
            egress.check_host(config.host, config.port)
        except UrlRefused as error:
            place = "port" if error.code == "url_port" else "host"
            yield Problem(f"/smtp_config/{place}", error.code, error.detail, error.facts)
        for index, address in enumerate(self.to):
            if _recipient(address) is None:
                yield _bad_address(f"/to/{index}", address)
        if self.sender_address() is None:
            yield self._bad_sender()
        if config.auth and not config.auth.password:
            yield Problem("/smtp_config/auth/pass", "missing", "The password is missing.")
        if config.tls_mode == "none" and config.auth and not config.allow_plaintext:
            yield Problem(
                "/smtp_config/tls_mode",
                "plaintext_password",
                "The password would travel unencrypted. Choose encryption.",
            )

    def target(self) -> str:
        config = self.smtp_config
        account = config.auth.user if config.auth else self.from_
        people = " ".join(sorted(self.recipients()))
        return f"{self.kind} {config.host.lower()}:{config.port} {account} {people}"

    def credential(self) -> str:
        config = self.smtp_config
        account = config.auth.user if config.auth else self.from_
        return f"{self.kind} {config.host.lower()}:{config.port} {account}"

    def secrets(self) -> list[str]:
        return [self.smtp_config.auth.password] if self.smtp_config.auth else []

    def default_template(self, locale: str) -> str:
        return self.own_text(locale)

    def preview(self, parcel: Parcel) -> str:
        if parcel.confirmation:
            return confirmation.preview(parcel.confirmation, parcel.locale)
        if parcel.reply:
            return replies.preview(parcel.reply, parcel.locale)
        draft = self._draft(parcel)
        return f"{mails.subject(draft.title)}\n\n{draft.body}"

    def recipients(self) -> list[str]:
        """As in the envelope, each once."""
        found = (_recipient(address) or address for address in self.to)
        return list(dict.fromkeys(found))

    def mailboxes(self) -> list[str]:
        auth, sender = self.smtp_config.auth, self.sender_address()
        named = [*self.to, auth.user if auth else "", sender.addr_spec if sender else ""]
        return [address for address in map(_recipient, named) if address]

    async def send(self, parcel: Parcel, egress: Egress) -> Acceptance:
        people = self._people(parcel)
        waiting = [who for who in people if who not in parcel.accepted | parcel.refused]
        sender = self.sender_address(parcel.locale)
        if sender is None:
            fault = self._bad_sender()
            raise SendError("permanent_config", fault.code, hint=fault.detail, left=False)
        tally = _Tally(parcel, people)
        session = Session(self.smtp_config, egress, name=sender.domain, deadline=self.deadline)
        if waiting:
            await self._session(parcel, session, sender, waiting, tally)
        return tally.conclude(session)

    def probes(self) -> bool:
        return True

    async def probe(self, egress: Egress) -> Acceptance:
        """Up to the sign-in."""
        sender = self.sender_address()
        name = sender.domain if sender else self.smtp_config.host
        session = Session(self.smtp_config, egress, name=name, deadline=self.deadline)
        parcel = Parcel(id="", kind="test")
        try:
            async with asyncio.timeout(self.deadline - GOODBYE_SECONDS):
                await session.open()
                ends = session.certificate_until()
        except aiosmtplib.SMTPResponseException as error:
            refused = self._refusal(error, session, parcel, sender.addr_spec if sender else "", "")
            raise session.explained(refused) from error
        except SESSION_ERRORS as error:
            raise answers.failure(error, session.stage, {}) from error
        finally:
            await session.close()
        return Acceptance(code="250", certificate_until=ends)

    def _people(self, parcel: Parcel) -> list[str]:
        to_visitor = parcel.confirmation or parcel.reply
        alone = to_visitor.to if to_visitor else parcel.to
        if alone is None:
            return self.recipients()
        if not alone:
            raise SendError("permanent_content", "no_address", left=False)
        return [alone]

    async def _session(
        self,
        parcel: Parcel,
        session: Session,
        sender: Address,
        waiting: list[str],
        tally: _Tally,
    ) -> None:
        try:
            async with asyncio.timeout(self.deadline - GOODBYE_SECONDS):
                await session.open()
                for recipient in waiting:
                    await self._one(parcel, session, sender, recipient, tally)
        except SendError as error:
            tally.failures.append(error)
        except aiosmtplib.SMTPResponseException as error:
            refused = self._refusal(error, session, parcel, sender.addr_spec, "")
            tally.failures.append(session.explained(refused))
        except SESSION_ERRORS as error:
            tally.failures.append(answers.failure(error, session.stage, {}))
        finally:
            await session.close()

    async def _one(
        self, parcel: Parcel, session: Session, sender: Address, recipient: str, tally: _Tally
    ) -> None:
        """Catches only errors that concern this recipient alone."""
        content = self.mime(parcel, sender, recipient)
        try:
            own = sender.addr_spec
            await _hand_over(
                session, NOBODY if parcel.confirmation else own, own, recipient, content
            )
        except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as error:
            found = self._refusal(error, session, parcel, sender.addr_spec, recipient)
            if session.stage == "recipient" and found.outcome == "permanent_config":
                tally.refused[recipient] = found.response
                tally.last_refusal = found
            else:
                tally.failures.append(found)
            # From here on a broken connection does not concern this mail.
            session.stage = "sender"
            await session.client.rset()
        else:
            tally.accepted.append(recipient)

    def mime(self, parcel: Parcel, sender: Address, recipient: str) -> bytes:
        if said := parcel.confirmation:
            return confirmation.mail(
                said, parcel.locale, parcel_id=parcel.id, sender=sender
            ).as_bytes()
        if parcel.reply:
            named = self.sender_address(parcel.locale, unnamed=parcel.reply.shop) or sender
            return replies.mail(parcel.reply, parcel.locale, sender=named).as_bytes()
        if parcel.letter:
            return letters.mail(
                parcel.letter, parcel_id=parcel.id, sender=sender, recipient=recipient
            ).as_bytes()
        message = mails.mail(parcel, self._draft(parcel), sender=sender, recipient=recipient)
        if self.attach_json and parcel.kind == "single" and not parcel.neutral:
            mails.attach_unified(message, parcel)
        return message.as_bytes()

    def _draft(self, parcel: Parcel) -> Draft:
        own = self.own_text(parcel.locale)
        return compose(parcel, STYLE, own, lambda draft: True)

    def _refusal(
        self,
        error: aiosmtplib.SMTPResponseException,
        session: Session,
        parcel: Parcel,
        sender: str,
        recipient: str,
    ) -> SendError:
        facts = {"sender": sender, "recipient": recipient}
        said = tidy(error.message, self.secrets())
        return answers.refusal(session.stage, error.code, said, parcel, self.secrets(), facts)

    def sender_address(self, locale: str = "", *, unnamed: str = "") -> Address | None:
        """Never the visitor's: mail in somebody else's name is rejected. None when no address is
        usable. `unnamed` is what it is called when it has no name of its own."""
        if not _is_one_line(self.from_):
            return None
        auth = self.smtp_config.auth
        name, given = parseaddr(self.from_) if self.from_ else ("", auth.user if auth else "")
        address = mailbox(given)
        if address is None:
            return None
        shown = mails.header_text(name or unnamed or say(locale, mails.SENDER))
        return Address(display_name=shown, addr_spec=address)

    def _bad_sender(self) -> Problem:
        if self.from_:
            return _bad_address("/from", self.from_)
        return Problem(
            "/from", "from_needed", "Enter a sender: the user name is no e-mail address."
        )


class _Tally:
    """What became of each recipient, over all tries."""

    def __init__(self, parcel: Parcel, people: list[str]) -> None:
        self.parcel = parcel
        self.refused_before = [who for who in people if who in parcel.refused]
        self.accepted: list[str] = []
        self.refused: dict[str, str] = {}
        self.failures: list[SendError] = []
        self.last_refusal: SendError | None = None

    def conclude(self, session: Session) -> Acceptance:
        nobody = not self.accepted and not self.parcel.accepted
        all_refused = [*self.refused_before, *self.refused]
        recipients = {"recipients": ", ".join(all_refused)}
        if not self.failures and nobody:
            self.failures.append(
                self.last_refusal
                or SendError("permanent_config", "refused", hint=SOME_REFUSED, facts=recipients)
            )
        if self.failures:
            raise self._worst()
        facts, warning = {}, ""
        if all_refused:
            facts, warning = recipients, SOME_REFUSED
        elif session.untrusted:
            facts, warning = {"why": session.untrusted}, UNTRUSTED
        elif session.detour:
            facts, warning = {"tls_mode": session.mode}, DETOUR
        return Acceptance(
            code="250",
            accepted=tuple(self.accepted),
            refused=self.refused,
            warning=warning,
            facts=facts,
        )

    def _worst(self) -> SendError:
        error = min(self.failures, key=lambda found: PRECEDENCE.index(found.outcome))
        error.accepted, error.refused = self.accepted, self.refused
        return error


async def _hand_over(
    session: Session, sender: str, own: str, recipient: str, content: bytes
) -> None:
    """`own` is the sender for servers that accept no other."""
    client = session.client
    size = [f"size={len(content)}"] if client.supports_extension("size") else []
    session.stage = "sender"
    try:
        await client.mail(sender, options=size)
    except aiosmtplib.SMTPSenderRefused as error:
        if sender == own or error.code < PERMANENT:
            raise
        await client.mail(own, options=size)
    session.stage = "recipient"
    await client.rcpt(recipient)
    session.stage = "data"
    await client.data(content)


def _recipient(written: str) -> str | None:
    """The mailbox in an address as people write it: `张三 <a@example.com>`, with a final dot or in
    full width. None for anything else."""
    alone = WRITTEN.fullmatch(plain(written)) if _is_one_line(written) else None
    return mailbox(written) or (mailbox(alone[1]) if alone else None)


def _is_one_line(written: str) -> bool:
    """A line break would begin another header, and hide which address is meant."""
    return len(written.splitlines()) < 2 and not has_controls(written)


def _bad_address(pointer: str, address: str) -> Problem:
    return Problem(
        pointer, "email", "{address} is no e-mail address that we can use.", {"address": address}
    )
