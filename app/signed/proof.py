"""Proof of work (ALTCHA, version 2): while a form is flooded, the visitor's browser computes for a
moment, so that people need not solve a puzzle.

Nothing is stored. A question's signing key is derived from the message with its token, so an answer
is valid for this one message only. Sent again, it is stored once; a changed word or another page
makes it invalid.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Literal

from altcha import v2 as altcha

from app.secrets import sign, signs

ALGORITHM = "PBKDF2/SHA-256"
COST = 5_000
"""One key in 256 fits: about 0.3 s on a laptop, a few seconds on a slow phone, 1.5 ms for us."""
LIFETIME = dt.timedelta(minutes=10)
LONGEST = 2_000
"""Characters: three times what a browser sends."""
PURPOSE = "proof-of-work"
UNSOLVED = altcha.Solution(counter=-1, derived_key="")

Work = Literal["none", "tried", "solved"]


def mark(said: Mapping[str, str]) -> str:
    """A hash of the message and its page's token."""
    return hashlib.sha256(json.dumps(sorted(said.items())).encode()).hexdigest()


def ask(mark: str, *, now: dt.datetime | None = None) -> str:
    """A question in the form of an unsolved answer: sent back unchanged, it says that the browser
    cannot compute."""
    challenge = altcha.create_challenge(
        ALGORITHM,
        COST,
        expires_at=(now or dt.datetime.now(dt.UTC)) + LIFETIME,
        hmac_secret=sign(PURPOSE, mark),
    )
    return altcha.Payload(challenge, UNSOLVED).to_base64()


async def done(mark: str, answer: str) -> Work:
    """`none` when it answers no question of ours about this message, or an expired one. Cost and
    algorithm are signed: nothing is computed for a forged answer."""
    if not answer or len(answer) > LONGEST:
        return "none"
    for secret in signs(PURPOSE, mark):
        found = await asyncio.to_thread(altcha.verify_solution, answer, secret)
        if found.verified:
            return "solved"
        # None: not even in the form of an answer.
        if found.invalid_signature is False and not found.expired:
            return "tried"
    return "none"
