"""What a mail server's refusal means, by the stage at which it came."""

from __future__ import annotations

import re
import ssl
from typing import Literal

import aiosmtplib

from app.channels.answers import Rule, find, outcome_of, pause
from app.channels.secrecy import tidy
from app.channels.sender import Parcel
from app.errors import Outcome, SendError

Stage = Literal["connect", "banner", "hello", "tls", "auth", "sender", "recipient", "data"]

GREYLISTED = 300.0
"""Greylisting servers let a new sender pass after five minutes."""

_TEMPORARY, _FINAL = range(400, 500), range(500, 600)
_BUSY_HINT = "The mail server is busy. It is tried again by itself."
_LOGIN_HINT = (
    "The mail server refuses user or password. QQ, 163 and Tencent Enterprise mail want the "
    "authorisation code from the mailbox's settings, not the password for signing in."
)

RULES: dict[Stage, tuple[Rule, ...]] = {
    "banner": (
        Rule(codes=_TEMPORARY, outcome="retry", hint=_BUSY_HINT),
        Rule(
            codes=_FINAL,
            outcome="permanent_config",
            hint="The mail server does not talk to this machine. Ask whoever runs it.",
        ),
    ),
    "hello": (
        Rule(codes=_TEMPORARY, outcome="retry", hint=_BUSY_HINT),
        Rule(
            codes=_FINAL,
            outcome="permanent_config",
            hint="The mail server does not accept the name of the sender's domain.",
        ),
    ),
    "tls": (
        Rule(
            codes=_TEMPORARY,
            outcome="retry",
            hint="The mail server cannot encrypt at the moment. It is tried again by itself.",
        ),
        Rule(
            codes=_FINAL,
            outcome="permanent_config",
            hint="The mail server refuses to encrypt. Choose another port: 465 or 587.",
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
        ),
        Rule(codes=_TEMPORARY, outcome="retry", hint=_BUSY_HINT),
        Rule(
            codes=(530, 538),
            outcome="permanent_config",
            hint="The mail server only accepts a password over an encrypted connection. "
            "Switch encryption on.",
        ),
        Rule(
            codes=(504,),
            outcome="permanent_config",
            hint="The mail server does not know this way of signing in.",
        ),
        Rule(codes=_FINAL, outcome="permanent_config", hint=_LOGIN_HINT),
    ),
    "sender": (
        Rule(
            codes=(552,),
            outcome="permanent_content",
            remedy="fallback",
            hint="The mail is too large for the mail server. It is sent as plain text.",
        ),
        Rule(codes=_TEMPORARY, outcome="retry", hint=_BUSY_HINT),
        Rule(
            codes=_FINAL,
            outcome="permanent_config",
            hint="The mail server does not let this account send as {sender}. "
            "Enter the account's own address as sender.",
        ),
    ),
    "recipient": (
        Rule(
            codes=_TEMPORARY,
            outcome="retry",
            after=(GREYLISTED,),
            hint="The mail server takes nothing for {recipient} yet. It is tried again by itself.",
        ),
        Rule(
            codes=_FINAL,
            outcome="permanent_config",
            hint="The mail server refuses {recipient}. Check the address.",
        ),
    ),
    "data": (
        Rule(codes=_TEMPORARY, outcome="retry", hint=_BUSY_HINT),
        Rule(
            codes=(552,),
            outcome="permanent_content",
            remedy="fallback",
            hint="The mail is too large for the mail server. It is sent as plain text.",
        ),
        Rule(
            codes=_FINAL,
            outcome="permanent_content",
            remedy="neutral",
            hint="The mail server took the mail for spam. It is sent without the visitor's text.",
        ),
    ),
}
NOT_SMTP = Rule(
    outcome="retry", hint="What answers there is no mail server. Check address and port."
)

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
    """A reply with a number."""
    rule = find(RULES.get(stage, ()), code, said) or NOT_SMTP
    message = words_of(stage, said, secrets)
    known = {**facts, "stage": stage, "code": str(code), "remedy": rule.remedy}
    return SendError(
        outcome_of(rule, parcel.in_a_row(str(code))),
        str(code),
        message,
        hint=rule.hint,
        facts=known,
        after=pause(rule, parcel.in_a_row(str(code))),
        response=f"{code} {message}".strip(),
    )


def failure(error: Exception, stage: Stage, facts: dict[str, str]) -> SendError:
    """Anything else that stops a session."""
    certificate = _cause(error, ssl.SSLCertVerificationError)
    if isinstance(certificate, ssl.SSLCertVerificationError):
        known = {**facts, "stage": stage, "why": certificate.verify_message}
        return SendError("permanent_config", "certificate", hint=CERTIFICATE_HINT, facts=known)
    if _cause(error, ssl.SSLError):
        known = {**facts, "stage": stage}
        return SendError("permanent_config", "tls_failed", hint=WRONG_MODE_HINT, facts=known)
    handed_over = stage == "data"
    outcome: Outcome = "unknown" if handed_over else "retry"
    code = "timeout" if isinstance(error, TimeoutError) else "reset"
    return SendError(outcome, code, hint=LOST[handed_over], facts={**facts, "stage": stage})


def words_of(stage: Stage, said: str, secrets: list[str]) -> str:
    """What the server said. Before it has proved to be a mail server, only its numbers: the words
    of whatever else answers on a port are nobody's business."""
    if stage in ("connect", "banner", "hello"):
        found = _ENHANCED.search(said)
        return found.group() if found else ""
    return tidy(said.encode("utf-8", "replace").decode(), secrets)


def wrong_version(error: BaseException) -> bool:
    """The other side does not begin with TLS."""
    found = _cause(error, ssl.SSLError)
    return isinstance(found, ssl.SSLError) and not isinstance(found, ssl.SSLCertVerificationError)


def silent(error: BaseException) -> bool:
    return isinstance(error, aiosmtplib.SMTPConnectTimeoutError)


def _cause(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, kind):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
