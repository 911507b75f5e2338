"""What the server that received a mail says of its sender (RFC 8601)."""

from __future__ import annotations

import re
from email.message import Message

from app.mail.read import headers

RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)([^;]*)", re.IGNORECASE)
DOMAIN = re.compile(
    r"(?:header\.d|header\.i|header\.from|smtp\.mailfrom|smtp\.helo)\s*=\s*\"?(?:[^\s;@\"]*@)?([^\s;\"]+)",
    re.IGNORECASE,
)
COMMENT = re.compile(r"\([^()]*\)")


def verdict(mail: Message, sender: str, server: str) -> tuple[bool, bool]:
    """(proven, forged). Only the first results of the `server` that is trusted count: below them
    stands what anybody may have written. Neither, where it says nothing."""
    if not server:
        return False, False
    for each in headers.every(mail, "authentication-results"):
        plain = COMMENT.sub(" ", each)
        name = plain.strip().partition(";")[0].split()
        if name and name[0].lower() == server.lower():
            return _read(plain, sender.rpartition("@")[2])
    return False, False


def _read(results: str, domain: str) -> tuple[bool, bool]:
    said: dict[str, set[str]] = {}
    aligned = another = False
    for method, result, properties in RESULT.findall(results):
        outcome = result.lower()
        said.setdefault(method.lower(), set()).add(outcome)
        named = DOMAIN.findall(properties)
        if outcome == "pass" and any(_related(one, domain) for one in named):
            aligned = True
        elif outcome == "pass" and named and method.lower() == "dmarc":
            # It has read another sender in the header than we did.
            another = True
    if "dmarc" in said and said["dmarc"] & {"pass", "fail"}:
        passed = "pass" in said["dmarc"] and not another
        return passed, not passed
    if aligned:
        return True, False
    bad = said.get("spf", set()) & {"fail", "softfail"} or said.get("dkim", set()) & {"fail"}
    return False, bool(bad)


def _related(one: str, domain: str) -> bool:
    one, domain = one.lower().rstrip("."), domain.lower()
    return bool(one) and (one == domain or domain.endswith(f".{one}") or one.endswith(f".{domain}"))
