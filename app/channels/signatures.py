"""Signatures as https://www.standardwebhooks.com describes: by a shared secret (`v1`, HMAC) or by a
pair of keys (`v1a`, Ed25519)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.errors import Problem

SHARED, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"
SECRET_BYTES = range(24, 65)
"""The standard's bounds for a shared secret."""
PRIVATE_BYTES = (32, 64)
"""Of a seed; some write the public key behind it."""
WRONG = "A signing secret is whsec_ and 24 to 64 bytes in base64."
WRONG_KEY = "A signing key is whsk_ and 32 or 64 bytes in base64."


def new_secret() -> str:
    return SHARED + base64.b64encode(secrets.token_bytes(32)).decode()


def new_key() -> str:
    return PRIVATE + base64.b64encode(secrets.token_bytes(32)).decode()


def public(key: str) -> str:
    """What receivers check with: the public half of a key, else empty."""
    if not key.startswith(PRIVATE):
        return ""
    raw = _private(key).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return PUBLIC + base64.b64encode(raw).decode()


def signed(keys: Sequence[str], parcel_id: str, timestamp: int, content: bytes) -> str:
    """The value of `webhook-signature`: one for each key."""
    return " ".join(sign(key, parcel_id, timestamp, content) for key in keys)


def sign(key: str, parcel_id: str, timestamp: int, content: bytes) -> str:
    said = f"{parcel_id}.{timestamp}.".encode() + content
    if key.startswith(PRIVATE):
        return "v1a," + base64.b64encode(_private(key).sign(said)).decode()
    digest = hmac.new(_bytes(key, SHARED), said, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def faults(name: str, key: str, *, pairs: bool = False) -> Iterator[Problem]:
    """`pairs`: a private key will do as well."""
    if key and not (_is_secret(key) or (pairs and _is_private(key))):
        detail = WRONG_KEY if pairs and key.startswith(PRIVATE) else WRONG
        yield Problem(f"/{name}", "signing_secret", detail)


def _is_secret(key: str) -> bool:
    try:
        return key.startswith(SHARED) and len(_bytes(key, SHARED)) in SECRET_BYTES
    except (binascii.Error, ValueError):
        return False


def _is_private(key: str) -> bool:
    try:
        return key.startswith(PRIVATE) and len(_bytes(key, PRIVATE)) in PRIVATE_BYTES
    except (binascii.Error, ValueError):
        return False


def _private(key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_bytes(key, PRIVATE)[:32])


def _bytes(key: str, prefix: str) -> bytes:
    return base64.b64decode(key.removeprefix(prefix), validate=True)
