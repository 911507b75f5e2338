"""What a mail server's refusal means, by the stage at which it came."""

from __future__ import annotations

import re
import ssl
from typing import Literal

import aiosmtplib

from app.channels.outcomes import QUOTA_PAUSE, Heard, Rule, decide
from app.channels.secrecy import tidy
from app.channels.sender import Parcel
from app.errors import Outcome, SendError

Stage = Literal["connect", "banner", "hello", "tls", "auth", "sender", "recipient", "data"]

GREYLISTED = 300.0
"""Seconds after which greylisting servers accept a new sender."""

_TEMPORARY = range(400, 500)
_SYNTAX = (500, 501, 502, 503, 504)
_MAILBOX = (550, 551, 553, 554, 555, 556, 571)
_RFC, _AUTH_RFC, _SEEN = "RFC 5321", "RFC 4954", "answers that were seen"
_BUSY = Rule(
    codes=_TEMPORARY,
    outcome="retry",
    hint="The mail server is busy. It is tried again by itself.",
    source=_RFC,
)
_QUOTA = Rule(
    codes=range(400, 600),
    words=(
        *("frequency limit", "rate limit", "sending limit", "sending quota", "daily", "hourly"),
        *("too many messages", "too many mails", "too many emails", "频率", "过于频繁"),
    ),
    outcome="rate_limited",
    hint="The mail server takes no more from this account for now. "
    "What waits is sent when its limit is over.",
    source=_SEEN,
    after=(QUOTA_PAUSE,),
    quota=True,
)
_TOO_LARGE = Rule(
    codes=(552,),
    outcome="permanent_content",
    remedy="fallback",
    hint="The mail is too large for the mail server. It is sent as plain text.",
    source="RFC 1870",
)
_LOGIN_HINT = (
    "The mail server refuses user or password. QQ, 163 and Tencent Enterprise mail want the "
    "authorisation code from the mailbox's settings, not the password for signing in."
)

RULES: dict[Stage, tuple[Rule, ...]] = {
    "banner": (
        _QUOTA,
        _BUSY,
        Rule(
            codes=(*_SYNTAX, 521, 530, *_MAILBOX),
            outcome="permanent_config",
            hint="The mail server does not talk to this machine. Ask whoever runs it.",
            source="RFC 5321, 7504",
        ),
    ),
    "hello": (
        _BUSY,
        Rule(
            codes=(*_SYNTAX, 521, *_MAILBOX),
            outcome="permanent_config",
            hint="The mail server does not accept the name of the sender's domain.",
            source=_RFC,
            field="from",
        ),
    ),
    "tls": (
        Rule(
            codes=_TEMPORARY,
            outcome="retry",
            hint="The mail server cannot encrypt at the moment. It is tried again by itself.",
            source="RFC 3207",
        ),
        Rule(
            codes=(*_SYNTAX, 530, *_MAILBOX),
            outcome="permanent_config",
            hint="The mail server refuses to encrypt. Choose another port: 465 or 587.",
            source="RFC 3207",
            field="smtp_config/port",
        ),
    ),
    "auth": (
        Rule(
            codes=(454,),
            outcome="retry",
            after=(GREYLISTED,),
            tries=1,
            then="permanent_config",
            hint="The mail server cannot check the password. For QQ mail: switch on SMTP in the "
            "mailbox's settings.",
            source=_SEEN,
        ),
        _BUSY,
        Rule(
            codes=(530, 538),
            outcome="permanent_config",
            hint="The mail server only accepts a password over an encrypted connection. "
            "Switch encryption on.",
            source=_AUTH_RFC,
            field="smtp_config/secure",
        ),
        Rule(
            codes=(504,),
            outcome="permanent_config",
            hint="The mail server does not know this way of signing in.",
            source=_AUTH_RFC,
        ),
        # Every code: servers lock an account after repeated refusals.
        Rule(
            codes=range(500, 600),
            outcome="permanent_config",
            hint=_LOGIN_HINT,
            source=_AUTH_RFC,
            field="smtp_config/auth/pass",
        ),
    ),
    "sender": (
        _TOO_LARGE,
        _QUOTA,
        _BUSY,
        Rule(
            codes=(*_SYNTAX, 530, 535, 541, *_MAILBOX),
            outcome="permanent_config",
            hint="The mail server does not let this account send as {sender}. "
            "Enter the account's own address as sender.",
            source=_RFC,
            field="from",
        ),
    ),
    "recipient": (
        Rule(
            codes=_TEMPORARY,
            outcome="retry",
            after=(GREYLISTED,),
            hint="The mail server takes nothing for {recipient} yet. It is tried again by itself.",
            source=_RFC,
        ),
        Rule(
            codes=(*_SYNTAX, 521, 530, 541, 552, *_MAILBOX),
            outcome="permanent_config",
            hint="The mail server refuses {recipient}. Check the address.",
            source=_RFC,
            field="to",
        ),
    ),
    "data": (
        _QUOTA,
        _BUSY,
        _TOO_LARGE,
        Rule(
            codes=(550, 554, 571),
            outcome="permanent_content",
            remedy="neutral",
            hint="The mail server took the mail for spam. It is sent without the visitor's text.",
            source="RFC 5321, 5.7.1 of RFC 3463",
        ),
    ),
}
NOT_SMTP_HINT = "What answers there is no mail server. Check address and port."
UNKNOWN_HINT = "The mail server answered with a number that we do not know here: {code}."

LOST: dict[bool, str] = {
    False: "The connection to the mail server broke off. It is tried again by itself.",
    True: "The mail was handed over, but the mail server did not confirm it. "
    "It may have arrived; it is sent again with the same number.",
}
CERTIFICATE_HINT = (
    "The mail server's certificate is not accepted: {why}. Enter the name that the certificate "
    "is made for, or let the operator add your own authority."
)
NO_ENCRYPTION_HINT = (
    "The mail server offers no encryption on this port, and nothing is sent in the clear. "
    "Use port 465 or 587, or allow it for a server in your own network."
)
NO_LOGIN_HINT = "The mail server offers no sign-in here. Remove user and password, or use port 587."
WRONG_MODE_HINT = "The mail server does not encrypt in this way on this port: 465 or 587 do."

_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


def refusal(
    stage: Stage, code: int, said: str, parcel: Parcel, secrets: list[str], facts: dict[str, str]
) -> SendError:
    """The error for a reply with a code."""
    tries = parcel.in_a_row(str(code))
    heard = Heard(code=code, message=said, tries=tries, plain=parcel.fallback)
    decided = decide(heard, RULES.get(stage, ()))
    message = words_of(stage, said, secrets)
    rule = decided.rule
    early = stage in ("connect", "banner", "hello")
    unknown_hint = NOT_SMTP_HINT if early else UNKNOWN_HINT
    # Before the "data" stage, the mail's form cannot be what is refused.
    remedy = decided.remedy if stage in ("sender", "data") else ""
    known = {**facts, "stage": stage, "code": str(code), "remedy": remedy}
    return SendError(
        decided.outcome,
        str(code),
        message,
        hint=decided.hint if rule else unknown_hint,
        facts=known | {"field": rule.field if rule else ""},
        after=decided.after,
        quota=bool(rule and rule.quota),
        response=f"{code} {message}".strip(),
    )


def failure(error: Exception, stage: Stage, facts: dict[str, str]) -> SendError:
    """The error for anything else that ends a session."""
    certificate = _cause(error, ssl.SSLCertVerificationError)
    if isinstance(certificate, ssl.SSLCertVerificationError):
        known = {**facts, "stage": stage, "why": certificate.verify_message}
        return SendError("permanent_config", "certificate", hint=CERTIFICATE_HINT, facts=known)
    if wrong_version(error):
        known = {**facts, "stage": stage}
        return SendError("permanent_config", "tls_failed", hint=WRONG_MODE_HINT, facts=known)
    handed_over = stage == "data"
    outcome: Outcome = "unknown" if handed_over else "retry"
    code = "timeout" if isinstance(error, TimeoutError) else "reset"
    return SendError(outcome, code, hint=LOST[handed_over], facts={**facts, "stage": stage})


def words_of(stage: Stage, said: str, secrets: list[str]) -> str:
    """What the server said. Until it has proved to be a mail server, only its codes: the words of
    other services on a port stay private."""
    if stage in ("connect", "banner", "hello"):
        found = _ENHANCED.search(said)
        return found.group() if found else ""
    return tidy(said.encode("utf-8", "replace").decode(), secrets)


def wrong_version(error: BaseException) -> bool:
    """Whether the server does not speak TLS here. A handshake that broke off does not count."""
    found = _cause(error, ssl.SSLError)
    broke_off = (ssl.SSLCertVerificationError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
    return isinstance(found, ssl.SSLError) and not isinstance(found, broke_off)


def silent(error: BaseException) -> bool:
    return isinstance(error, aiosmtplib.SMTPConnectTimeoutError)


def _cause(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, kind):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
