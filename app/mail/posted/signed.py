"""Whether what was posted comes from whom it says: passwords and signatures, each compared in a
time that tells nothing."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from app.mail.posted.providers import PREFIX

ARMOUR = re.compile(r"-----[A-Z ]+-----|\s+")
SECONDS = re.compile(r"[0-9]{1,12}")
HOURS_12 = 12 * 60 * 60.0
"""Mailgun tries for eight hours. What is older was sent by somebody else."""
MINUTES_5 = 5 * 60.0
"""As Standard Webhooks says; each try is signed anew."""


def password(header: str, secrets: Sequence[str]) -> bool:
    """The password of HTTP basic authentication, whatever the user's name."""
    kind, _, said = header.strip().partition(" ")
    if kind.lower() != "basic":
        return False
    try:
        pair = base64.b64decode(said.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    given = pair.partition(b":")[2]
    return _any(given, [each.encode() for each in secrets])


def mailgun(keys: Sequence[str], timestamp: str, token: str, signature: str) -> bool:
    """HMAC-SHA256 in hex, over time and token."""
    # JSON may hold half a surrogate pair, which nobody has signed.
    signed = f"{timestamp}{token}".encode("utf-8", "replace")
    made = [hmac.new(each.encode(), signed, hashlib.sha256).hexdigest() for each in keys]
    given = signature.strip().lower().encode("utf-8", "replace")
    return _any(given, [each.encode() for each in made])


def standard(
    secrets: Sequence[str], name: str, timestamp: str, signatures: str, body: bytes
) -> bool:
    """Standard Webhooks: base64 of HMAC-SHA256 over id, time and body; one of several is enough."""
    signed = f"{name}.{timestamp}.".encode() + body
    made = [_mac(_key(each), signed) for each in secrets]
    given = [each.removeprefix("v1,") for each in signatures.split() if each.startswith("v1,")]
    # Each with each, also after one that fits.
    found = [_any(each.encode(), made) for each in given[:20]]
    return any(found)


def sendgrid(public_key: str, timestamp: str, signature: str, body: bytes) -> bool:
    """ECDSA over time and body."""
    key = key_of(public_key)
    if key is None:
        return False
    try:
        key.verify(base64.b64decode(signature), timestamp.encode() + body, ec.ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def key_of(written: str) -> ec.EllipticCurvePublicKey | None:
    """The public key, with or without the lines above and below it; None if it is none."""
    try:
        found = load_der_public_key(base64.b64decode(bare(written), validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return None
    return found if isinstance(found, ec.EllipticCurvePublicKey) else None


def bare(written: str) -> str:
    """A key in one line, without what stands around it."""
    return ARMOUR.sub("", written)


def is_of(timestamp: str, now: float, tolerance: float) -> bool:
    """Whether that time, in seconds since 1970, is near now."""
    return bool(SECONDS.fullmatch(timestamp)) and abs(now - int(timestamp)) <= tolerance


def _key(secret: str) -> bytes:
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError):
            pass
    return secret.encode()


def _mac(key: bytes, signed: bytes) -> bytes:
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())


def _any(given: bytes, known: Sequence[bytes]) -> bool:
    """Compares with every one of them."""
    found = [hmac.compare_digest(given, each) for each in known]
    return any(found)
