"""What a browser calculates while a form is flooded, and what does not count."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from altcha import v2 as altcha
from hypothesis import given
from hypothesis import strategies as st

from app.settings import Settings
from app.signed import proof

COST = proof.COST
"""As it is read before any test begins: what a visitor's browser does."""
MARK = proof.mark({"token": "nonce.1.0.signature", "content": "你好"})


@pytest.fixture(autouse=True)
def _settings(configure: Callable[..., Settings]) -> None:
    """The secret key is a setting."""


def solved(question: str) -> str:
    """What a browser makes of it."""
    payload = altcha.Payload.from_base64(question)
    solution = altcha.solve_challenge(payload.challenge)
    assert solution is not None
    return altcha.Payload(payload.challenge, solution).to_base64()


def changed(answer: str, part: str, **values: Any) -> str:
    payload = json.loads(base64.b64decode(answer))
    target = payload["challenge"]["parameters"] if part == "parameters" else payload[part]
    target.update(values)
    return base64.b64encode(json.dumps(payload).encode()).decode()


async def test_a_right_answer_counts_for_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "COST", COST)
    answer = solved(proof.ask(MARK))
    assert len(answer) < proof.LONGEST / 2
    assert await proof.done(MARK, answer) == "solved"


async def test_it_counts_for_the_same_message_however_often_it_is_sent() -> None:
    answer = solved(proof.ask(MARK))
    assert [await proof.done(MARK, answer) for _ in range(2)] == ["solved", "solved"]


async def test_it_counts_while_the_secret_key_is_changed(
    configure: Callable[..., Settings],
) -> None:
    answer = solved(proof.ask(MARK))
    new, old = "n" * 40, os.environ["LEAVEMSG_SECRET_KEY"]
    configure(LEAVEMSG_SECRET_KEY=new, LEAVEMSG_OTHER_SECRET_KEYS=old)
    assert await proof.done(MARK, answer) == "solved"
    assert await proof.done(MARK, proof.ask(MARK)) == "tried"
    configure(LEAVEMSG_SECRET_KEY=new)
    assert await proof.done(MARK, answer) == "none"


@pytest.mark.parametrize(
    "said",
    [
        {"token": "nonce.1.0.signature", "content": "你好 "},
        {"token": "another.1.0.signature", "content": "你好"},
        {"token": "nonce.1.0.signature", "content": "你好", "phone": ""},
    ],
)
async def test_it_does_not_count_for_another_message_or_page(said: dict[str, str]) -> None:
    assert await proof.done(proof.mark(said), solved(proof.ask(MARK))) == "none"


async def test_a_question_sent_back_as_it_came_is_ours_and_not_solved() -> None:
    assert await proof.done(MARK, proof.ask(MARK)) == "tried"


@pytest.mark.parametrize(
    "wrong",
    [{"counter": 4_000_000_000}, {"derivedKey": "00" * 32}, {"counter": "1"}, {"counter": 2**70}],
)
async def test_a_wrong_answer_is_ours_and_not_solved(wrong: dict[str, Any]) -> None:
    answer = changed(solved(proof.ask(MARK)), "solution", **wrong)
    assert await proof.done(MARK, answer) == "tried"


async def test_a_question_is_over_after_its_time() -> None:
    late = dt.datetime.now(dt.UTC) - proof.LIFETIME - dt.timedelta(seconds=2)
    assert await proof.done(MARK, solved(proof.ask(MARK, now=late))) == "none"


@pytest.mark.parametrize(
    "forged",
    [
        {"cost": 1},
        {"cost": 2**31 - 1},
        {"algorithm": "SHA-256"},
        {"algorithm": "SCRYPT", "cost": 2**20, "memoryCost": 64},
        {"keyPrefix": ""},
        {"keyLength": 2**30},
        {"expiresAt": None},
        {"expiresAt": 2**40},
        {"data": {"__proto__": 1}},
    ],
)
async def test_what_was_forged_is_refused_before_any_work(forged: dict[str, Any]) -> None:
    answer = changed(proof.ask(MARK), "parameters", **forged)
    answer = changed(answer, "solution", counter=1, derivedKey="00")
    assert await proof.done(MARK, answer) == "none"


async def test_a_question_that_somebody_else_signed_counts_for_nothing() -> None:
    foreign = altcha.create_challenge(proof.ALGORITHM, 1, hmac_secret="guessed")
    unsigned = altcha.create_challenge(proof.ALGORITHM, 1)
    for challenge in (foreign, unsigned):
        question = altcha.Payload(challenge, proof.UNSOLVED).to_base64()
        assert await proof.done(MARK, solved(question)) == "none"


@pytest.mark.parametrize(
    "junk",
    [
        *("", "none", "\x00", "\ud800", "垃圾", "=", "e30=", "bnVsbA==", "W10=", "MQ=="),
        base64.b64encode(b"[" * 1400).decode(),
        base64.b64encode(b'{"challenge":{"parameters":[]},"solution":{}}').decode(),
        base64.b64encode(b'{"challenge":"parameters","solution":1}').decode(),
        "A" * 10_000_000,
    ],
)
async def test_junk_is_no_answer(junk: str) -> None:
    assert await proof.done(MARK, junk) == "none"


@given(st.text(max_size=3000))
async def test_any_text_is_no_answer(text: str) -> None:
    assert await proof.done(MARK, text) == "none"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)
NAMES = ("algorithm", "cost", "keyLength", "keyPrefix", "nonce", "salt", "expiresAt", "data")


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON)),
    st.fixed_dictionaries({}, optional={"counter": JSON, "derivedKey": JSON, "time": JSON}),
)
async def test_anything_in_place_of_anything_is_not_solved(
    parameters: dict[str, Any], solution: dict[str, Any]
) -> None:
    answer = changed(changed(proof.ask(MARK), "parameters", **parameters), "solution", **solution)
    assert await proof.done(MARK, answer) != "solved"


@given(st.dictionaries(st.text(), st.text()))
def test_every_message_has_a_mark(said: dict[str, str]) -> None:
    assert proof.mark(said) == proof.mark(dict(reversed(said.items())))
    assert proof.mark(said) != proof.mark({**said, "content": said.get("content", "") + "!"})
