"""Keys derived from the one secret key: encryption at rest, signatures, keyed hashes."""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app import settings
from app.errors import Error
from app.keys.place import Place


class Unreadable(Error):
    """A stored secret cannot be decrypted: it was saved with another secret key, or elsewhere."""


def random_text() -> str:
    """256 random bits, fit for URLs and cookies."""
    return secrets.token_urlsafe(32)


@functools.lru_cache(maxsize=512)
def _derived(secret_key: str, purpose: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret_key.encode())


def _key(purpose: str) -> bytes:
    return _derived(settings.current().secret_key, purpose)


def keyed_hash(purpose: str, text: str) -> str:
    """128 bits as hex: shows which texts are equal, but not the texts, even to somebody with the
    database."""
    return _hash(settings.current().secret_key, purpose, text)


def keyed_hashes(purpose: str, text: str) -> list[str]:
    """The same by every key of the ring, to recognise what was made before."""
    return [_hash(each, purpose, text) for each in ring().values()]


def _hash(secret_key: str, purpose: str, text: str) -> str:
    return _mac(secret_key, purpose, text.encode()).hex()[:32]


def keyed(purpose: str) -> hmac.HMAC:
    """The HMAC of `keyed_hash` before any text, to be copied for each of many texts."""
    return _begun(settings.current().secret_key, purpose)


def _mac(secret_key: str, purpose: str, data: bytes) -> bytes:
    found = _begun(secret_key, purpose).copy()
    found.update(data)
    return found.digest()


@functools.lru_cache(maxsize=512)
def _begun(secret_key: str, purpose: str) -> hmac.HMAC:
    """To begin costs more than to hash a line."""
    return hmac.new(_derived(secret_key, purpose), digestmod="sha256")


def plain_hash(text: str) -> str:
    """SHA-256 for random secrets with full entropy, which need no key and no stretching."""
    return hashlib.sha256(_bytes(text)).hexdigest()


def _bytes(text: str) -> bytes:
    """Never raises: half a surrogate pair in a credential must only be a wrong one."""
    return text.encode(errors="surrogatepass")


def sign(purpose: str, text: str) -> str:
    return _sign(settings.current().secret_key, purpose, text)


def _sign(secret_key: str, purpose: str, text: str) -> str:
    digest = _mac(secret_key, purpose, _bytes(text))
    return base64.urlsafe_b64encode(digest[:24]).decode()


def signed(purpose: str, text: str, signature: str) -> bool:
    """Whether any key of the ring signed it."""
    given = _bytes(signature)
    return any(hmac.compare_digest(each.encode(), given) for each in signs(purpose, text))


def signs(purpose: str, text: str) -> Iterator[str]:
    """By every key of the ring, the present one first."""
    return (_sign(each, purpose, text) for each in ring().values())


VERSION = b"2"
KEY_ID = 8
"""Hexadecimal digits."""
NONCE = 12


def key_id(secret_key: str) -> str:
    """Names a key and does not tell it."""
    return _derived(secret_key, "key id").hex()[:KEY_ID]


def ring() -> dict[str, str]:
    """The secret keys that can be read with, by id; the first is the one that is written with."""
    found = settings.current()
    return {key_id(each): each for each in (found.secret_key, *found.other_secret_keys)}


def prefix() -> str:
    """The beginning of every text that `encrypt` makes now."""
    return f"{VERSION.decode()}.{key_id(settings.current().secret_key)}."


def encrypt(where: Place | str, value: Any) -> str:
    """AES-256-GCM, bound to its place; a text stands for what is in no row, like a page."""
    key, nonce = key_id(settings.current().secret_key), secrets.token_bytes(NONCE)
    box = AESGCM(_key("secrets 2")).encrypt(
        nonce, msgspec.json.encode(value), _place(where).bound(VERSION, key)
    )
    return prefix() + base64.urlsafe_b64encode(nonce + box).decode().rstrip("=")


def decrypt(where: Place | str, text: str) -> Any:
    """Raises Unreadable for what was encrypted elsewhere, changed, or with a key that is not on the
    ring."""
    version, _, rest = text.partition(".")
    if version != VERSION.decode():
        return _decrypt_fernet(_place(where).was, text)
    key, _, body = rest.partition(".")
    try:
        raw = base64.urlsafe_b64decode(body.encode("ascii") + b"==")
        cipher = AESGCM(_derived(ring()[key], "secrets 2"))
        plain = cipher.decrypt(raw[:NONCE], raw[NONCE:], _place(where).bound(VERSION, key))
    except (InvalidTag, KeyError, ValueError):
        raise Unreadable from None
    return msgspec.json.decode(plain)


def _place(where: Place | str) -> Place:
    return Place(column=where, was=where) if isinstance(where, str) else where


def _decrypt_fernet(context: str, text: str) -> Any:
    """As everything was encrypted before version 2: the place stands within."""
    keys = [Fernet(base64.urlsafe_b64encode(_derived(each, "secrets"))) for each in ring().values()]
    try:
        box = msgspec.json.decode(MultiFernet(keys).decrypt(text.encode()))
    except InvalidToken:
        raise Unreadable from None
    if box["c"] != context:
        raise Unreadable
    return box["v"]


SEALED_1, SEALED_2 = b"\x01", b"\x02"
"""The first byte of what is sealed: how. After 2 stands the key's id."""
HEAD = 1 + KEY_ID // 2


def sealed_by_now() -> bytes:
    """The beginning of everything that `seal` makes now."""
    return SEALED_2 + bytes.fromhex(key_id(settings.current().secret_key))


def key_of(sealed: bytes) -> str:
    """The id of the key that made it; empty for the first form."""
    return sealed[1:HEAD].hex() if sealed[:1] == SEALED_2 else ""


def seal(place: Place, content: bytes) -> bytes:
    """As `encrypt`, for the bytes of a whole file, which it makes hardly longer."""
    head, nonce = sealed_by_now(), secrets.token_bytes(NONCE)
    bound = place.bound(SEALED_2, head[1:].hex())
    return head + nonce + AESGCM(_key("files 2")).encrypt(nonce, content, bound)


def unseal(place: Place, sealed: bytes) -> bytes:
    if sealed[:1] != SEALED_2:
        return _unseal_first(place.was, sealed)
    key, body = sealed[1:HEAD].hex(), sealed[HEAD:]
    try:
        cipher = AESGCM(_derived(ring()[key], "files 2"))
        return cipher.decrypt(body[:NONCE], body[NONCE:], place.bound(SEALED_2, key))
    except (InvalidTag, KeyError, ValueError):
        raise Unreadable from None


def _unseal_first(context: str, sealed: bytes) -> bytes:
    nonce, box = sealed[1 : NONCE + 1], sealed[NONCE + 1 :]
    for each in ring().values():
        with contextlib.suppress(InvalidTag, ValueError):
            return AESGCM(_derived(each, "files")).decrypt(nonce, box, context.encode())
    raise Unreadable
