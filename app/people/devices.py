"""Browsers in which somebody has signed in before.

There nobody waits because of wrong passwords that others type. A mark names nobody: it is a random
number, and for each account that signed in there a signature over both.
"""

from __future__ import annotations

import re

from app import secrets

LIFETIME = 365 * 24 * 3600
"""Seconds after the last sign-in."""
ACCOUNTS = 5
"""The most accounts remembered in one browser, the last ones."""
MARK = re.compile(r"([\w-]{43})((?:\.[\w=-]{32}){1,5})", re.ASCII)


def known(mark: str, account: str) -> str:
    """The browser's number if this account has signed in there, else empty."""
    number, signatures = _read(mark)
    ours = any(secrets.signed("device", f"{number} {account}", each) for each in signatures)
    return number if ours else ""


def marked(mark: str, account: str) -> str:
    """The mark of this browser once the account has signed in there."""
    number, signatures = _read(mark)
    number = number or secrets.random_text()
    own = secrets.sign("device", f"{number} {account}")
    others = [each for each in signatures if each != own]
    return ".".join([number, *[*others, own][-ACCOUNTS:]])


def _read(mark: str) -> tuple[str, list[str]]:
    match = MARK.fullmatch(mark)
    return (match[1], match[2][1:].split(".")) if match else ("", [])
