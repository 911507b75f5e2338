"""Codes of an authenticator app: six digits, new every 30 seconds, each taken once.
https://www.rfc-editor.org/rfc/rfc6238"""

from __future__ import annotations

import datetime as dt
import hmac
import time
import unicodedata
import uuid
from typing import Any

import pyotp
from piccolo.columns import Column

from app import database
from app.errors import NotFound
from app.keys.fields import AUTHENTICATOR
from app.secrets import Unreadable, decrypt, encrypt
from app.tables import Authenticator

SECONDS = 30
DIGITS = 6
SLACK = 1
"""Steps that a clock may be wrong by, before and after."""
ISSUER = "Leavemsg"


async def begin(account: uuid.UUID) -> None:
    """A new secret, which counts once a code of it was typed. One that counts already stays."""
    fresh = encrypt(AUTHENTICATOR.at(account), pyotp.random_base32())
    row = Authenticator({Authenticator.account: account, Authenticator.secret: fresh})
    async with database.transaction():
        await Authenticator.delete().where(
            Authenticator.account == account, Authenticator.confirmed_at.is_null()
        )
        await Authenticator.insert(row).on_conflict(
            target=Authenticator.account, action="DO NOTHING"
        )


async def begun(account: uuid.UUID) -> str:
    """The secret that waits for its first code. Raises NotFound."""
    row = await _row(account)
    secret = _secret(row) if row is not None and row.confirmed_at is None else ""
    if not secret:
        raise NotFound
    return secret


def address(secret: str, email: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


async def confirm(account: uuid.UUID, code: str) -> bool:
    """From now on it counts, if this is its code."""
    row = await _row(account)
    return row is not None and row.confirmed_at is None and await _take(row, code, first=True)


async def check(account: uuid.UUID, code: str) -> bool:
    """Uses the code up."""
    row = await _row(account)
    return row is not None and row.confirmed_at is not None and await _take(row, code)


async def is_on(account: uuid.UUID) -> bool:
    row = await _row(account)
    return row is not None and row.confirmed_at is not None


async def remove(account: uuid.UUID) -> None:
    await Authenticator.delete().where(Authenticator.account == account)


def cleaned(code: str) -> str:
    """As people type or paste it: in groups, in full width."""
    return "".join(unicodedata.normalize("NFKC", code).split()).replace("-", "")


async def _row(account: uuid.UUID) -> Authenticator | None:
    return await Authenticator.objects().where(Authenticator.account == account).first()


async def _take(row: Authenticator, code: str, *, first: bool = False) -> bool:
    step = _step_of(_secret(row), cleaned(code))
    if step is None:
        return False
    now = dt.datetime.now(dt.UTC)
    changes: dict[Column | str, Any] = {Authenticator.step: step, Authenticator.used_at: now}
    if first:
        changes[Authenticator.confirmed_at] = now
    # Of two who type it at the same moment, one is right.
    newer = (Authenticator.id == row.id) & (Authenticator.step < step)
    return bool(await Authenticator.update(changes).where(newer).returning(Authenticator.id))


def _step_of(secret: str, code: str) -> int | None:
    """The step whose code it is."""
    if not secret or len(code) != DIGITS or not code.isascii():
        return None
    totp, now = pyotp.TOTP(secret), int(time.time()) // SECONDS
    for step in range(now - SLACK, now + SLACK + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def _secret(row: Authenticator) -> str:
    """Empty when the secret key is another one: then only recovery codes and passkeys are left."""
    try:
        return str(decrypt(AUTHENTICATOR.at(row.account), row.secret))
    except Unreadable:
        return ""
