"""Proof of work (ALTCHA, version 2): while a form is flooded, a visitor's browser calculates for a
moment, so that a person need not solve a puzzle.

Nothing is kept about it. The key that a question is signed with comes from what was sent, token and
all: an answer counts for this one message only. Sent again it is the same message, which is stored
once; with a word changed, or on another page, it counts for nothing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Literal

from altcha import v2 as altcha

from app.secrets import sign

ALGORITHM = "PBKDF2/SHA-256"
COST = 5_000
"""One key in 256 fits: some 0.3 s of a laptop, a few seconds of a slow phone, 1.5 ms of ours."""
LIFETIME = dt.timedelta(minutes=10)
LONGEST = 2_000
"""Three times what a browser sends."""
PURPOSE = "proof-of-work"
UNSOLVED = altcha.Solution(counter=-1, derived_key="")

Work = Literal["none", "tried", "solved"]


def mark(said: Mapping[str, str]) -> str:
    """What stands for a message and the page that it was written on."""
    return hashlib.sha256(json.dumps(sorted(said.items())).encode()).hexdigest()


def ask(mark: str, *, now: dt.datetime | None = None) -> str:
    """A question as an answer that is still open: sent back as it is, it says that a browser cannot
    calculate."""
    challenge = altcha.create_challenge(
        ALGORITHM,
        COST,
        expires_at=(now or dt.datetime.now(dt.UTC)) + LIFETIME,
        hmac_secret=sign(PURPOSE, mark),
    )
    return altcha.Payload(challenge, UNSOLVED).to_base64()


async def done(mark: str, answer: str) -> Work:
    """`none` when it answers no question of ours about this message, or one that is too old.
    Whatever it says of cost and algorithm is signed: nothing is calculated for a forged one."""
    if not answer or len(answer) > LONGEST:
        return "none"
    found = await asyncio.to_thread(altcha.verify_solution, answer, sign(PURPOSE, mark))
    if found.verified:
        return "solved"
    # None: not even the shape of an answer.
    return "tried" if found.invalid_signature is False and not found.expired else "none"
