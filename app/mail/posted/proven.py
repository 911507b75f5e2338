"""Who posts is asked to prove itself: by a password in the address, or by a signature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import msgspec

from app.errors import Error
from app.mail.mailboxes import Listed
from app.mail.posted import signed
from app.mail.posted.body import Posted

BASIC = "authorization"
STANDARD = ("webhook-id", "webhook-timestamp", "webhook-signature")
SENDGRID = (
    "x-twilio-email-event-webhook-timestamp",
    "x-twilio-email-event-webhook-signature",
)
MAILGUN = ("timestamp", "token", "signature")


class NotProven(Error):
    """Nobody knows who posted it. `code` is one of `app.mail.faults`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Box(msgspec.Struct, frozen=True):
    """What a provider posts to, with the secrets that count now."""

    listed: Listed
    secrets: list[str]
    now: dt.datetime


def before_body(to: Box, headers: Mapping[str, str]) -> bool:
    """Refuses who has only a password to show, and none that fits, before anything is read; whether
    it was shown. Who signs the body is not known before. Raises NotProven."""
    has_password = _way(to, headers) == "basic"
    if has_password:
        _check(headers.get(BASIC, ""), lambda said: signed.password(said, to.secrets))
    return has_password


def check(to: Box, headers: Mapping[str, str], posted: Posted, body: bytes) -> None:
    """Raises NotProven."""
    way, now = _way(to, headers), to.now.timestamp()
    if way == "mailgun":
        timestamp, token, signature = _of_mailgun(posted)
        _check(signature, lambda said: signed.mailgun(to.secrets, timestamp, token, said))
        # It says nothing of the mail: who has seen one could send others with it.
        _not_old(timestamp, now, signed.HOURS_12)
    elif way == "sendgrid":
        timestamp, signature = (headers.get(each, "") for each in SENDGRID)
        key = to.listed.config.public_key
        _check(signature, lambda said: signed.sendgrid(key, timestamp, said, body))
    elif way == "standard":
        name, timestamp, signature = (headers.get(each, "") for each in STANDARD)
        _check(signature, lambda said: signed.standard(to.secrets, name, timestamp, said, body))
        _not_old(timestamp, now, signed.MINUTES_5)
    else:
        before_body(to, headers)


def _way(to: Box, headers: Mapping[str, str]) -> str:
    config = to.listed.config
    if config.provider == "mailgun":
        return "mailgun"
    if config.public_key:
        return "sendgrid"
    return "standard" if STANDARD[-1] in headers else "basic"


def _of_mailgun(posted: Posted) -> tuple[str, str, str]:
    said = {each: posted.text(each) for each in MAILGUN}
    if posted.json is not None:
        inner = posted.json.get("signature")
        told = inner if isinstance(inner, dict) else posted.json
        said = {each: str(told.get(each, "")) for each in MAILGUN}
    return said["timestamp"], said["token"], said["signature"]


def _check(said: str, is_good: Callable[[str], bool]) -> None:
    if not said:
        raise NotProven("not_signed")
    if not is_good(said):
        raise NotProven("wrong_signature")


def _not_old(timestamp: str, now: float, tolerance: float) -> None:
    if not signed.is_of(timestamp, now, tolerance):
        raise NotProven("old_signature")
