"""Foreign text for people and logs: clean, short, without a secret in it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, quote_plus

import msgspec

from app import text
from app.channels import foreign
from app.egress import Answer

RESPONSE_CHARACTERS = 2048
MESSAGE_CHARACTERS = 500
# A shorter "secret" occurs in ordinary words; hiding it would blacken the message and hide nothing.
SHORTEST_SECRET = 4
HIDDEN = "••••"


def tidy(message: str, secrets: Iterable[str], limit: int = MESSAGE_CHARACTERS) -> str:
    return text.clean(scrub(message, secrets))[:limit]


def shown(answer: Answer, secrets: Iterable[str]) -> str:
    secrets = list(secrets)
    said = answer.body.decode("utf-8", "replace")
    # Read in another encoding, the letters of a secret may look like others.
    if "\ufffd" in said and scrub(said, secrets) == said:
        said = foreign.words(answer.body)
    return tidy(said, secrets, RESPONSE_CHARACTERS)


def scrub(message: str, secrets: Iterable[str]) -> str:
    """The message with every secret hidden, also where it is written in another way."""
    written = {
        form
        for secret in secrets
        if len(secret) >= SHORTEST_SECRET
        for form in (
            secret,
            quote(secret, safe=""),
            quote_plus(secret),
            msgspec.json.encode(secret).decode()[1:-1],
        )
    }
    for form in sorted(written, key=len, reverse=True):
        message = message.replace(form, HIDDEN)
    return message
