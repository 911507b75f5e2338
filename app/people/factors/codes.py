"""Recovery codes: ten, shown once, each works once instead of a second factor."""

from __future__ import annotations

import unicodedata
import uuid

from app import database
from app.people.passwords import suggested
from app.secrets import plain_hash
from app.tables import RecoveryCode

COUNT = 10
LENGTH = 16
"""Without the hyphens."""


async def renew(account: uuid.UUID) -> list[str]:
    """New ones, shown only here; those before work no more."""
    made = [suggested() for _ in range(COUNT)]
    rows = [
        RecoveryCode({RecoveryCode.account: account, RecoveryCode.code_hash: _hash(code)})
        for code in made
    ]
    async with database.transaction():
        await RecoveryCode.delete().where(RecoveryCode.account == account)
        await RecoveryCode.insert(*rows)
    return made


async def left(account: uuid.UUID) -> int:
    return int(await RecoveryCode.count().where(RecoveryCode.account == account))


async def use(account: uuid.UUID, code: str) -> bool:
    gone = RecoveryCode.delete().where(
        RecoveryCode.account == account, RecoveryCode.code_hash == _hash(code)
    )
    return bool(await gone.returning(RecoveryCode.id))


async def remove(account: uuid.UUID) -> None:
    await RecoveryCode.delete().where(RecoveryCode.account == account)


def looks_like(code: str) -> bool:
    return len(_plain(code)) == LENGTH


def _plain(code: str) -> str:
    folded = unicodedata.normalize("NFKC", code).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _hash(code: str) -> str:
    """78 random bits need neither key nor stretching, so the codes outlive a lost secret key."""
    return plain_hash(_plain(code))
