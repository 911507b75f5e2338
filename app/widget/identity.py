"""A visitor's id, vouched for by the host page's server: it signs the id with a secret that only it
and we have. An unsigned id is ignored."""

from __future__ import annotations

import hashlib
import hmac
import uuid

from app import secrets
from app.keys.fields import IDENTITY
from app.text import clean_line
from app.widget.setup import Setup

ID_LENGTH = 128
SIGNATURE_LENGTH = 64


def sealed(organization: uuid.UUID, brand: uuid.UUID, secret: str) -> str:
    return secrets.encrypt(IDENTITY.at(brand, organization), secret)


def signature(secret: str, external_id: str) -> str:
    """What the host page's server computes: HMAC-SHA256 in lower-case hexadecimal."""
    return hmac.new(secret.encode(), external_id.encode(), hashlib.sha256).hexdigest()


def vouched(
    organization: uuid.UUID, brand: uuid.UUID, setup: Setup, external_id: str, given: str
) -> str:
    """The id when its signature is right, else empty."""
    if not setup.identity or not external_id or len(external_id) > ID_LENGTH:
        return ""
    if len(given) != SIGNATURE_LENGTH or not given.isascii():
        return ""
    if clean_line(external_id) != external_id:
        return ""
    try:
        secret = str(secrets.decrypt(IDENTITY.at(brand, organization), setup.identity))
    except secrets.Unreadable:
        # A lost key must not cost a message.
        return ""
    right = signature(secret, external_id)
    return external_id if hmac.compare_digest(right, given.lower()) else ""
