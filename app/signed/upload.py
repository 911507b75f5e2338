"""A visitor's hold on a file that they have sent ahead of their message."""

from __future__ import annotations

import uuid

import msgspec

from app import secrets
from app.reading import uids

PURPOSE = "upload"
DIGEST = 16


class Upload(msgspec.Struct, frozen=True):
    """`digest` says which contents are equal."""

    uid: uuid.UUID
    digest: str


def issue(slug: str, upload: Upload) -> str:
    body = f"{upload.uid}.{upload.digest}"
    return f"{body}.{secrets.sign(PURPOSE, f'{slug}.{body}')}"


def opened(slug: str, token: str) -> Upload | None:
    """None when it is not ours, or of another form."""
    body, _, signature = token.rpartition(".")
    if not secrets.signed(PURPOSE, f"{slug}.{body}", signature):
        return None
    uid, _, digest = body.partition(".")
    found = uids.uid_or_none(uid)
    return Upload(found, digest) if found else None
