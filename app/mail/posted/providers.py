"""Who hands mail over: a mailbox that we fetch from, or a provider that posts it to an address of
ours."""

from __future__ import annotations

import secrets
from typing import Literal, get_args

Provider = Literal["imap", "postmark", "sendgrid", "mailgun", "ses", "webhook"]
PROVIDERS: tuple[str, ...] = get_args(Provider)
NAMES = {
    "imap": "IMAP",
    "postmark": "Postmark",
    "sendgrid": "SendGrid",
    "mailgun": "Mailgun",
    "ses": "Amazon SES",
    "webhook": "Webhook",
}
FETCHED = "imap"
SIGNS_WITH_ITS_OWN = "mailgun"
"""It signs with a key that it made, and that somebody enters here; the others get ours."""
PATH = "/inbound"
USER = "leavemsg"
"""The user name in the address; nobody looks at it."""
PREFIX = "whsec_"
"""What secrets of Standard Webhooks begin with; the rest is base64."""
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
LENGTH = 44
"""Characters: base64 of 33 bytes, without those that an address would have to escape."""
SECRET_MIN, SECRET_MAX = 20, 256


def is_fetched(provider: str) -> bool:
    return provider == FETCHED


def has_our_secret(provider: str) -> bool:
    """Whether we draw the secret, and show it once."""
    return provider not in {FETCHED, SIGNS_WITH_ITS_OWN}


def drawn() -> str:
    """A new secret: a password in an address, and a key of Standard Webhooks."""
    return PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
