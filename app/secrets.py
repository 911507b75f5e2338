"""Keys derived from the one secret key: encryption at rest, signatures, keyed hashes."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import secrets
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app import settings
from app.errors import Error


class Unreadable(Error):
    """A stored secret cannot be decrypted: the secret key is not the one it was saved with."""


def random_text() -> str:
    """256 random bits, fit for URLs and cookies."""
    return secrets.token_urlsafe(32)


@functools.lru_cache(maxsize=64)
def _derived(secret_key: str, purpose: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret_key.encode())


def _key(purpose: str) -> bytes:
    return _derived(settings.current().secret_key, purpose)


def keyed_hash(purpose: str, text: str) -> str:
    """128 bits as hex: shows which texts are equal, but not the texts, even to somebody with the
    database."""
    return hmac.new(_key(purpose), text.encode(), hashlib.sha256).hexdigest()[:32]


def plain_hash(text: str) -> str:
    """SHA-256 for random secrets with full entropy, which need no key and no stretching."""
    return hashlib.sha256(_bytes(text)).hexdigest()


def _bytes(text: str) -> bytes:
    """Never raises: half a surrogate pair in a credential must only be a wrong one."""
    return text.encode(errors="surrogatepass")


def sign(purpose: str, text: str) -> str:
    digest = hmac.new(_key(purpose), _bytes(text), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def signed(purpose: str, text: str, signature: str) -> bool:
    return hmac.compare_digest(sign(purpose, text).encode(), _bytes(signature))


def encrypt(context: str, value: Any) -> str:
    """`context` names the row and field, so that a ciphertext copied elsewhere is refused."""
    fernet = Fernet(base64.urlsafe_b64encode(_key("secrets")))
    return fernet.encrypt(msgspec.json.encode({"c": context, "v": value})).decode()


def decrypt(context: str, text: str) -> Any:
    fernet = Fernet(base64.urlsafe_b64encode(_key("secrets")))
    try:
        box = msgspec.json.decode(fernet.decrypt(text.encode()))
    except InvalidToken:
        raise Unreadable from None
    if box["c"] != context:
        raise Unreadable
    return box["v"]


NONCE = 12
SEALED = b"\x01"
"""The first byte of what is sealed: how."""


def seal(context: str, content: bytes) -> bytes:
    """As `encrypt`, for the bytes of a whole file, which it makes hardly longer."""
    nonce = secrets.token_bytes(NONCE)
    box = AESGCM(_key("files")).encrypt(nonce, content, context.encode())
    return SEALED + nonce + box


def unseal(context: str, sealed: bytes) -> bytes:
    nonce, box = sealed[1 : NONCE + 1], sealed[NONCE + 1 :]
    try:
        return AESGCM(_key("files")).decrypt(nonce, box, context.encode())
    except (InvalidTag, ValueError):
        raise Unreadable from None
