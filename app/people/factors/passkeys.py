"""Passkeys: keys that a phone, a computer or a security key holds and that sign only for our own
address. https://www.w3.org/TR/webauthn-3/"""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import logging
import uuid
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from app import database, settings
from app.errors import Invalid
from app.people.factors import challenges
from app.people.factors.challenges import Purpose
from app.tables import Passkey
from app.text import clean_line

log = logging.getLogger(__name__)

PASSKEYS_MAX = 10
NAME_MAX = 64
RESPONSE_MAX = 20_000
"""Characters; a response with every attestation has some thousand."""
PRODUCT = "Leavemsg"
TIMEOUT = 120_000
"""Milliseconds that a browser waits for its user."""
ALGORITHMS = (-8, -7, -257)
"""Ed25519, ECDSA on P-256 and RSA: what webauthn checks, and every device has one of."""
NOT_TAKEN = (
    "The passkey was not accepted. Reload the page and try again, or use another way to sign in"
)
TAKEN = "This passkey is registered already"
TOO_MANY = "There are {limit} passkeys. Remove one first"

Trouble = Literal["", "insecure", "address"]


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One, as its owner sees it. `synced`: a password manager keeps it on several devices."""

    id: uuid.UUID
    account: uuid.UUID
    credential: str
    transports: str
    name: str
    synced: bool
    created_at: dt.datetime
    used_at: dt.datetime | None


ROW = (
    Passkey.id,
    Passkey.account,
    Passkey.credential,
    Passkey.transports,
    Passkey.name,
    Passkey.synced,
    Passkey.created_at,
    Passkey.used_at,
)


class NotProven(Exception):
    """It does not prove what it should. `code` is for the log."""

    def __init__(self, code: str, key: Key | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.key = key


def trouble() -> Trouble:
    """Why browsers offer no passkeys at our address: it is not encrypted, or has no name."""
    parts = urlsplit(settings.current().base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        local = host == "localhost" or host.endswith(".localhost")
        return "" if parts.scheme == "https" or local else "insecure"
    return "address"


def relying_party() -> str:
    """The name that keys are made for: the host of our own address."""
    return urlsplit(settings.current().base_url).hostname or ""


async def of(account: uuid.UUID) -> list[Key]:
    query = Passkey.select(*ROW).where(Passkey.account == account)
    return await database.rows(Key, query.order_by(Passkey.created_at))


async def options_to_add(account: uuid.UUID, email: str, name: str, session: object) -> str:
    """What the browser is given to make a key, as JSON.
    https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialcreationoptionsjson"""
    options = {
        "rp": {"id": relying_party(), "name": PRODUCT},
        "user": {"id": _text(account.bytes), "name": email, "displayName": name or email},
        "challenge": _text(challenges.make("add", session)),
        "pubKeyCredParams": [{"type": "public-key", "alg": each} for each in ALGORITHMS],
        "timeout": TIMEOUT,
        "excludeCredentials": [_described(each) for each in await of(account)],
        # Kept on the device, so that it also signs in without a name, where the device can.
        "authenticatorSelection": {"residentKey": "preferred", "userVerification": "preferred"},
        "attestation": "none",
    }
    return msgspec.json.encode(options).decode()


async def verified(account: uuid.UUID, response: str, name: str, session: object) -> Passkey:
    """A new one, to be kept. Its challenge is spent whatever comes of it. Raises Invalid."""
    import webauthn

    challenge, told = _challenge_of(response, "add", session)
    if not challenge or not await challenges.spend(account, challenge):
        raise Invalid.at("", "passkey", NOT_TAKEN)
    if len(await of(account)) >= PASSKEYS_MAX:
        raise Invalid.at("", "too_many", TOO_MANY, limit=str(PASSKEYS_MAX))
    try:
        found = webauthn.verify_registration_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=relying_party(),
            expected_origin=settings.current().origin,
        )
    except Exception as error:  # The library raises its own, and those of what it reads with.
        log.warning("passkey.refused", extra={"code": type(error).__name__})
        raise Invalid.at("", "passkey", NOT_TAKEN) from None
    return Passkey(
        {
            Passkey.account: account,
            Passkey.credential: _text(found.credential_id),
            Passkey.public_key: _text(found.credential_public_key),
            Passkey.sign_count: found.sign_count,
            Passkey.transports: _transports(told),
            Passkey.name: clean_line(name)[:NAME_MAX],
            Passkey.synced: found.credential_backed_up,
        }
    )


async def keep(row: Passkey) -> Key:
    """Raises Invalid when somebody has it already."""
    stored = await Passkey.insert(row).on_conflict(target=Passkey.credential, action="DO NOTHING")
    if not stored:
        raise Invalid.at("", "passkey_taken", TAKEN)
    return next(each for each in await of(row.account) if each.id == row.id)


def options_alone() -> str:
    """What the browser is given to sign in without a name or password, as JSON: any key of ours may
    be chosen, and the device must verify who uses it."""
    return _options_to_sign(challenges.make("alone"), [], "required")


async def options_second(account: uuid.UUID) -> str:
    """The same for the second factor of somebody."""
    return _options_to_sign(challenges.make("second", account), await of(account), "preferred")


def _options_to_sign(challenge: bytes, keys: list[Key], verification: str) -> str:
    """https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialrequestoptionsjson"""
    options = {
        "challenge": _text(challenge),
        "timeout": TIMEOUT,
        "rpId": relying_party(),
        "allowCredentials": [_described(each) for each in keys],
        "userVerification": verification,
    }
    return msgspec.json.encode(options).decode()


async def check(response: str, account: uuid.UUID | None = None) -> Key:
    """The key that has signed: for the second factor of an account, or alone, when it also tells
    whose sign-in this is. Raises NotProven."""
    import webauthn

    purpose: Purpose = "second" if account else "alone"
    challenge, told = _challenge_of(response, purpose, account or "")
    if not challenge:
        raise NotProven("challenge")
    row = await Passkey.objects().where(Passkey.credential == str(told.get("id", ""))).first()
    if row is None or (account is not None and row.account != account):
        raise NotProven("unknown")
    key = next(each for each in await of(row.account) if each.id == row.id)
    try:
        found = webauthn.verify_authentication_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=relying_party(),
            expected_origin=settings.current().origin,
            credential_public_key=webauthn.base64url_to_bytes(row.public_key),
            # Counted below, in one statement.
            credential_current_sign_count=0,
            require_user_verification=account is None,
        )
    except Exception as error:  # The library raises its own, and those of what it reads with.
        raise NotProven(type(error).__name__, key) from None
    if not _is_owners(told, row.account):
        raise NotProven("owner", key)
    if not await challenges.spend(row.account, challenge):
        raise NotProven("replayed", key)
    if not await _count(row, found.new_sign_count, synced=found.credential_backed_up):
        raise NotProven("cloned", key)
    return key


async def remove(account: uuid.UUID, key: uuid.UUID) -> None:
    """Of their own; another's stays."""
    await Passkey.delete().where(Passkey.account == account, Passkey.id == key)


async def rename(account: uuid.UUID, key: uuid.UUID, name: str) -> None:
    await Passkey.update({Passkey.name: clean_line(name)[:NAME_MAX]}).where(
        Passkey.account == account, Passkey.id == key
    )


async def remove_all(account: uuid.UUID) -> None:
    await Passkey.delete().where(Passkey.account == account)


async def _count(row: Passkey, count: int, *, synced: bool) -> bool:
    """False when the count has not grown: somebody has a copy of the key. Keys that do not count
    always say 0. https://www.w3.org/TR/webauthn-3/#sctn-sign-counter"""
    grown = Passkey.sign_count < count if count else Passkey.sign_count == 0
    now = dt.datetime.now(dt.UTC)
    changes: dict[Any, Any] = {
        Passkey.sign_count: count,
        Passkey.used_at: now,
        Passkey.synced: synced,
    }
    update = Passkey.update(changes).where(Passkey.id == row.id, grown)
    return bool(await update.returning(Passkey.id))


def _challenge_of(response: str, purpose: Purpose, bound: object) -> tuple[bytes, dict[str, Any]]:
    """The challenge that was answered, if it is one of ours for this, and the whole answer."""
    from webauthn import base64url_to_bytes

    if len(response) > RESPONSE_MAX:
        return b"", {}
    try:
        told = msgspec.json.decode(response, type=dict[str, Any])
        client = base64url_to_bytes(told["response"]["clientDataJSON"])
        challenge = base64url_to_bytes(msgspec.json.decode(client)["challenge"])
    except (msgspec.DecodeError, LookupError, TypeError, ValueError):
        return b"", {}
    return (challenge if challenges.is_ours(challenge, purpose, bound) else b""), told


def _is_owners(told: dict[str, Any], account: uuid.UUID) -> bool:
    """A key that was found without a name also says whose it is."""
    handle = told["response"].get("userHandle")
    return not handle or handle == _text(account.bytes)


def _transports(told: dict[str, Any]) -> str:
    """How the browser may reach it, as it says itself."""
    said = told["response"].get("transports")
    known = [each for each in said if isinstance(each, str)] if isinstance(said, list) else []
    return msgspec.json.encode([each[:20] for each in known[:8]]).decode()


def _described(key: Key) -> dict[str, Any]:
    known = msgspec.json.decode(key.transports) if key.transports else []
    return {"type": "public-key", "id": key.credential, "transports": known}


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
