"""A request that a program sends again with the same `Idempotency-Key` is done once, and gets the
first answer again, for a day.

A key is claimed before the act. The act marks the claim in its own transaction, with its entry in
the audit, so whatever dies in between, nothing is done twice: a claim that is not marked lapses and
the next try acts; of one that is marked without an answer the program is told that it was done.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any

import msgspec

from app import database
from app.errors import Conflict
from app.keys.fields import KEPT_ANSWER
from app.people import statements
from app.secrets import Unreadable, decrypt, encrypt, keyed_hashes
from app.tables import KeptAnswer, Message, ReceivedMail, new_id

KEPT_FOR = dt.timedelta(hours=24)
LEASE = dt.timedelta(minutes=2)
"""A claim that is not marked by then, or has no answer, belongs to a process that died."""
RUNNING, DONE, ANSWERED = "running", "done", "answered"
AGAIN_SECONDS = 1
CLAIMED = (
    KeptAnswer.id,
    KeptAnswer.token,
    KeptAnswer.mark,
    KeptAnswer.said,
    KeptAnswer.state,
    KeptAnswer.answer,
    KeptAnswer.created_at,
)


class Answer(msgspec.Struct, frozen=True):
    """What was answered, as text."""

    status: int
    headers: dict[str, str]
    body: str


class _Row(msgspec.Struct, kw_only=True):
    id: uuid.UUID
    token: uuid.UUID
    mark: str
    said: str
    state: str = RUNNING
    answer: str = ""
    created_at: dt.datetime


class Claim(msgspec.Struct, frozen=True):
    """The right to do what a key asks for."""

    id: uuid.UUID

    async def acted(self) -> None:
        """Within the transaction of the act. Raises Conflict when somebody else has the claim."""
        mine = KeptAnswer.id == self.id
        running = mine & (KeptAnswer.state == RUNNING)
        marked = (
            await KeptAnswer.update({KeptAnswer.state: DONE})
            .where(running)
            .returning(KeptAnswer.id)
        )
        if not marked and not await KeptAnswer.exists().where(mine):
            raise _still_running()

    async def keep(self, answer: Answer, *, message: str = "", mail: str = "") -> None:
        """`message` and `mail` are what the answer is about. Of what was erased meanwhile nothing
        is kept, but that it was done."""
        values: dict[Any, Any] = {KeptAnswer.state: DONE}
        async with database.transaction():
            if await _are_there(message, mail):
                values = {
                    KeptAnswer.state: ANSWERED,
                    KeptAnswer.answer: encrypt(
                        KEPT_ANSWER.at(self.id), msgspec.to_builtins(answer)
                    ),
                    KeptAnswer.message: uuid.UUID(message) if message else None,
                    KeptAnswer.mail: uuid.UUID(mail) if mail else None,
                }
            await KeptAnswer.update(values).where(KeptAnswer.id == self.id)

    async def let_go(self) -> None:
        """Nothing was done; the next try acts."""
        mine = (KeptAnswer.id == self.id) & (KeptAnswer.state == RUNNING)
        await KeptAnswer.delete().where(mine)


async def _are_there(message: str, mail: str) -> bool:
    m, r = Message, ReceivedMail
    if message and not await m.exists().where(m.id == uuid.UUID(message), m.erased_at.is_null()):
        return False
    return not mail or await r.exists().where(r.id == uuid.UUID(mail))


async def hold(token: uuid.UUID, organization: uuid.UUID, what: str) -> Claim:
    """The right to look at something and change it, until it is let go. Raises Conflict while
    another program of the organization has it."""
    mine = _row(token, f"{organization} changes {what}")
    found = await _first(mine)
    if found is None or found.id != mine.id:
        detail = "Another program is changing this. Send it again in a moment."
        raise Conflict("changing_now", detail, after=AGAIN_SECONDS)
    return Claim(mine.id)


async def claim(token: uuid.UUID, what: str, key: str, said: bytes) -> Claim | Answer:
    """`what` is the method and the address, `said` what is asked. The first answer, if the key had
    one. Raises Conflict while the first request runs, for another one under the same key, and
    where the answer is lost."""
    digests = keyed_hashes("kept answer", hashlib.sha256(said).hexdigest())
    mine = _row(token, f"{token} {what} {key}", said=digests[0])
    found = await _first(mine)
    if found is None:
        raise _still_running()
    if found.id == mine.id:
        return Claim(mine.id)
    if found.said not in digests:
        detail = "This key was used for another request. Use a new one for each."
        raise Conflict("idempotency_key_reused", detail)
    return _answer(found, mine)


def _row(token: uuid.UUID, named: str, *, said: str = "") -> _Row:
    mark = hashlib.sha256(named.encode()).hexdigest()
    return _Row(id=new_id(), token=token, mark=mark, said=said, created_at=dt.datetime.now(dt.UTC))


async def _first(mine: _Row) -> _Row | None:
    """The row that has the mark: this one, or that of somebody who came before."""
    this, now = KeptAnswer.mark == mine.mark, mine.created_at
    lapsed = (KeptAnswer.state == RUNNING) & (KeptAnswer.created_at < now - LEASE)
    async with database.transaction():
        old = lapsed | (KeptAnswer.created_at < now - KEPT_FOR)
        await KeptAnswer.delete().where(this, old)
        await database.insert(CLAIMED, [mine], keep=True)
        return await database.row(_Row, KeptAnswer.select(*CLAIMED).where(this))


def _answer(found: _Row, mine: _Row) -> Answer:
    if found.state == RUNNING or (
        # It is done, and its answer may be on its way here.
        found.state == DONE and mine.created_at - found.created_at < LEASE
    ):
        raise _still_running()
    try:
        if found.state == ANSWERED:
            return msgspec.convert(decrypt(KEPT_ANSWER.at(found.id), found.answer), Answer)
    except Unreadable:
        pass  # Sealed with another secret key: it was done all the same.
    detail = (
        "This was done with the same key before, and its answer is lost. Look at what is there."
    )
    raise Conflict("already_done", detail)


def _still_running() -> Conflict:
    detail = "The first request with this key is still running. Send it again in a moment."
    return Conflict("idempotency_key_running", detail, after=AGAIN_SECONDS)


async def forget_old() -> None:
    """Those of more than a day ago."""
    before = dt.datetime.now(dt.UTC) - KEPT_FOR
    await database.execute(statements.FORGET_ANSWERS, before)
