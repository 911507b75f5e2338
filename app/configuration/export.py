"""The configuration as a document that can be kept in a repository."""

from __future__ import annotations

from collections import Counter
from typing import Any

from app.channel_settings.read import rows
from app.configuration import parts
from app.configuration.hidden import Hidden
from app.configuration.names import Channels
from app.configuration.references import ENV
from app.tables import Organization


async def export(
    org: Organization, names: tuple[str, ...] = tuple(parts.PARTS)
) -> tuple[dict[str, Any], list[str]]:
    """The document, and the variables that it names for its secrets: to be set where it is
    applied."""
    document = await parts.read(org, names)
    variables: list[str] = []
    known = Channels(await rows(org.id))
    kinds = Counter(each["type"] for each in document.get("channels", ()))
    numbers: Counter[str] = Counter()
    for each in document.get("channels", ()):
        kind = each["type"]
        numbers[kind] += 1
        prefix = kind.upper() + (f"_{numbers[kind]}" if kinds[kind] > 1 else "")
        if known.is_plain(each["uid"]):
            del each["uid"]
        _refer(each, prefix, variables)
    for part, prefix in (("providers", "SIGN_IN"), ("mailboxes", "MAILBOX")):
        for number, each in enumerate(document.get(part, ()), start=1):
            del each["uid"]
            _refer(each, f"{prefix}_{number}", variables)
    for each in document.get("phrases", ()):
        del each["uid"]
    return document, variables


def _refer(plain: dict[str, Any], prefix: str, variables: list[str]) -> None:
    """Puts a variable in place of each secret."""
    for key, value in plain.items():
        name = f"{prefix}_{_word(key)}"
        if isinstance(value, Hidden):
            plain[key] = f"{ENV}{name}"
            variables.append(name)
        elif isinstance(value, dict):
            _refer(value, name, variables)


def _word(key: str) -> str:
    return "".join(
        letter if letter.isascii() and letter.isalnum() else "_" for letter in key
    ).upper()
