"""Challenges for passkeys: signed by us for one purpose and one account or session, good for some
minutes, answered once. Nothing is stored of those that nobody answers."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from typing import Literal

from app import secrets
from app.tables import SpentChallenge

Purpose = Literal["add", "second", "alone"]
SECONDS = 600


def make(purpose: Purpose, bound: object = "") -> bytes:
    text = f"{secrets.random_text()}.{int(time.time()) + SECONDS}"
    return f"{text}.{_signature(purpose, bound, text)}".encode()


def is_ours(challenge: bytes, purpose: Purpose, bound: object = "") -> bool:
    text, _, signature = challenge.decode("ascii", "replace").rpartition(".")
    if not secrets.signed("challenge", f"{purpose} {bound} {text}", signature):
        return False
    return int(text.rpartition(".")[2]) > time.time()


async def spend(account: uuid.UUID, challenge: bytes) -> bool:
    """False when it was answered before."""
    now = dt.datetime.now(dt.UTC)
    await SpentChallenge.delete().where(
        SpentChallenge.account == account, SpentChallenge.expires_at < now
    )
    row = SpentChallenge(
        {
            SpentChallenge.account: account,
            SpentChallenge.mark: secrets.plain_hash(challenge.decode("ascii")),
            SpentChallenge.expires_at: now + dt.timedelta(seconds=SECONDS),
        }
    )
    insert = SpentChallenge.insert(row)
    return bool(await insert.on_conflict(target=SpentChallenge.mark, action="DO NOTHING"))


def _signature(purpose: Purpose, bound: object, text: str) -> str:
    return secrets.sign("challenge", f"{purpose} {bound} {text}")
