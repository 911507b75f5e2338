"""The ids and tokens by which the mails about one message, and the answers to them, know it."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from urllib.parse import urlsplit

import msgspec

from app import secrets, settings

PURPOSE = "mail-thread"
TAG_CHARACTERS = 16
"""64 bits, of which nobody can try many: each try is a mail."""
TOKEN_TAG_BYTES = 6
ID = re.compile(r"<?m\.([0-9a-f]{32})(?:\.([0-9a-f]{32}))?\.([0-9a-f]{16})@[^<>\s@]+>?")
TOKEN = re.compile(r"(?<![a-z2-7])([a-z2-7]{36})(?![a-z2-7])", re.IGNORECASE)


class Ids(msgspec.Struct, frozen=True):
    """The message, and the remark that the mail said; None where it was the message itself."""

    message: uuid.UUID
    remark: uuid.UUID | None = None


def root_id(message: uuid.UUID) -> str:
    """What stands first in the References of every mail about the message."""
    return f"<m.{message.hex}.{_tag(message.hex)}@{_domain()}>"


def reply_id(message: uuid.UUID, remark: uuid.UUID) -> str:
    """The Message-ID of the mail that says this remark, at every try: mailboxes drop a repeat."""
    thing = f"{message.hex}.{remark.hex}"
    return f"<m.{thing}.{_tag(thing)}@{_domain()}>"


def reply_token(message: uuid.UUID) -> str:
    """36 letters and digits in any case, for the part of an address after `+`, or for a subject."""
    return _tokens(message)[0]


def _tokens(message: uuid.UUID) -> list[str]:
    """By every secret key that counts."""
    tags = secrets.keyed_hashes(f"{PURPOSE}-token", message.hex)
    made = [message.bytes + bytes.fromhex(each)[:TOKEN_TAG_BYTES] for each in tags]
    return [base64.b32encode(each).decode().rstrip("=").lower() for each in made]


def message_of(written: str) -> Ids | None:
    """What an id or token of ours is about; None for all others. Whose message it is, and whether
    there still is one, is for the caller to ask."""
    if found := ID.fullmatch(plain(written)):
        message, remark, tag = found.groups()
        thing = f"{message}.{remark}" if remark else message
        if tag not in _tags(thing):
            return None
        return Ids(uuid.UUID(message), uuid.UUID(remark) if remark else None)
    if token := TOKEN.search(written):
        return _of_token(token[1])
    return None


def plain(mail_id: str) -> str:
    """An id as we gave it out: some programs change its case or quote what stands before the @."""
    return mail_id.strip().replace('"', "").lower()


def _of_token(token: str) -> Ids | None:
    padded = token.upper() + "=" * (-len(token) % 8)
    try:
        message = uuid.UUID(bytes=base64.b32decode(padded)[:16])
    except (binascii.Error, ValueError):
        return None
    return Ids(message) if token.lower() in _tokens(message) else None


def _tag(thing: str) -> str:
    return _tags(thing)[0]


def _tags(thing: str) -> list[str]:
    return [each[:TAG_CHARACTERS] for each in secrets.keyed_hashes(PURPOSE, thing)]


def _domain() -> str:
    return urlsplit(settings.current().base_url).hostname or "localhost"
