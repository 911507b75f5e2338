"""Mailbox addresses for SMTP envelopes."""

from __future__ import annotations

import re

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

_STAND_IN = "leavemsg.dev"
_OWN = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def mailbox(address: str, *, public: bool = False) -> str | None:
    """The address for an SMTP envelope: ASCII, unquoted; None when it is not valid.

    A `public` one is reachable from anywhere. Others may be in a private network, under special-use
    names (RFC 6761) that only its operator knows.
    """
    address = address.strip()
    local, _, domain = address.rpartition("@")
    try:
        if not public and (own := _own_domain(domain)):
            found = _valid(f"{local}@{_STAND_IN}")
            return f"{found.removesuffix(_STAND_IN)}{own}"
        return _valid(address, public=public)
    except (EmailNotValidError, ValueError, IndexError):
        return None


def _own_domain(domain: str) -> str:
    """The domain if it is a special-use name; else empty."""
    name = domain.lower().removesuffix(".")
    special = f".{name}".endswith(_OWN)
    usual = len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split("."))
    return name if special and usual else ""


def _valid(address: str, *, public: bool = False) -> str:
    found = validate_email(
        address,
        check_deliverability=False,
        allow_smtputf8=False,
        globally_deliverable=public,
    )
    if found.ascii_email is None:
        raise ValueError("not in ASCII")
    return found.ascii_email
