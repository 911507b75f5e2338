"""What a program sends again under the same key is done once."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from app import database, messages
from app.erasure.remove import anonymise, remove
from app.errors import Conflict
from app.fields.check import Answers
from app.messages import Visit
from app.people import audit, kept_answers, tokens
from app.people.kept_answers import Answer, Claim, claim
from app.tables import Audit, KeptAnswer, Organization

ANSWER = Answer(201, {"content-type": "application/json"}, '{"name":"张三"}')
ADDRESS = "POST /api/v1/leavemsg/views"


async def made(org: Organization) -> uuid.UUID:
    public = (await tokens.create(org.id, "crm", ["submit"])).split("_")[1]
    return (await tokens.one(org.id, public)).id


async def claimed(token: uuid.UUID, said: bytes = b"body") -> Claim:
    found = await claim(token, ADDRESS, "key", said)
    assert isinstance(found, Claim)
    return found


async def code_of(token: uuid.UUID, said: bytes = b"body") -> str:
    with pytest.raises(Conflict) as refused:
        await claim(token, ADDRESS, "key", said)
    return refused.value.code


async def _acts(org: Organization, by: Claim) -> None:
    async with database.transaction():
        await audit.record(org.id, "slow", "view.added")
        await by.acted()


async def aged(**values: Any) -> None:
    await KeptAnswer.update(values).where(KeptAnswer.mark != "")


async def test_the_first_answer_is_given_again_and_nothing_of_it_lies_open(
    org: Organization,
) -> None:
    token, other = await made(org), await made(org)
    first = await claimed(token)
    assert await code_of(token) == "idempotency_key_running"
    await first.acted()
    assert await code_of(token) == "idempotency_key_running"
    await first.keep(ANSWER)

    assert await claim(token, ADDRESS, "key", b"body") == ANSWER
    assert await code_of(token, b"another") == "idempotency_key_reused"
    await claimed(other)
    assert isinstance(await claim(token, "POST /elsewhere", "key", b"another"), Claim)
    (row,) = await KeptAnswer.select().where(KeptAnswer.state == "answered")
    assert "张三" not in str(row)
    assert "5f20" not in row["answer"]


async def test_the_same_request_is_known_while_the_secret_key_is_changed(
    org: Organization, configure: Callable[..., Any]
) -> None:
    token = await made(org)
    await (await claimed(token)).keep(ANSWER)
    old = os.environ["LEAVEMSG_SECRET_KEY"]
    configure(LEAVEMSG_SECRET_KEY="n" * 40, LEAVEMSG_OTHER_SECRET_KEYS=old)
    assert await claim(token, ADDRESS, "key", b"body") == ANSWER
    assert await code_of(token, b"another") == "idempotency_key_reused"


async def test_of_many_at_once_one_acts(org: Organization) -> None:
    token = await made(org)
    tries = [claim(token, ADDRESS, "key", b"body") for _ in range(8)]
    found = await asyncio.gather(*tries, return_exceptions=True)

    assert len([each for each in found if isinstance(each, Claim)]) == 1
    assert {each.code for each in found if isinstance(each, Conflict)} == {
        "idempotency_key_running"
    }


async def test_a_claim_whose_process_died_lapses_and_cannot_act_any_more(
    org: Organization,
) -> None:
    token = await made(org)
    slow = await claimed(token)
    await aged(created_at=dt.datetime.now(dt.UTC) - kept_answers.LEASE * 2)
    quick = await claimed(token)
    await quick.acted()
    before = await Audit.count()
    with pytest.raises(Conflict):
        await _acts(org, slow)
    assert await Audit.count() == before
    # One that acted stays so, however long its answer takes.
    await aged(created_at=dt.datetime.now(dt.UTC) - kept_answers.LEASE * 2)
    assert await code_of(token) == "already_done"


async def test_what_was_refused_may_be_tried_again(org: Organization) -> None:
    token = await made(org)
    await (await claimed(token)).let_go()
    again = await claimed(token, b"corrected")
    await again.acted()
    await again.let_go()
    assert await code_of(token, b"corrected") == "idempotency_key_running"


async def test_after_a_day_all_of_it_is_gone(org: Organization) -> None:
    token = await made(org)
    first = await claimed(token)
    await first.acted()
    await first.keep(ANSWER)
    await kept_answers.forget_old()
    assert await KeptAnswer.count() == 1
    await aged(created_at=dt.datetime.now(dt.UTC) - kept_answers.KEPT_FOR * 1.01)
    await claimed(token, b"another")
    await aged(created_at=dt.datetime.now(dt.UTC) - kept_answers.KEPT_FOR * 1.01)
    await kept_answers.forget_old()
    assert await KeptAnswer.count() == 0


async def test_answers_go_with_the_message_that_they_are_about(
    org: Organization, answers: Answers, visit: Visit
) -> None:
    token = await made(org)
    for take in (remove, anonymise):
        left = await messages.leave(org, answers, visit, submission_id=str(uuid.uuid4()))
        await messages.handle(org.id, left.uid, outcome="phone", by="tests")
        first = await claimed(token)
        await first.keep(ANSWER, message=left.uid)
        await take(org.id, [uuid.UUID(left.uid)], by="tests")

        assert await KeptAnswer.count() == 0, take.__name__


async def test_an_answer_about_what_is_gone_is_kept_for_nobody(
    org: Organization, answers: Answers, visit: Visit
) -> None:
    token = await made(org)
    left = await messages.leave(org, answers, visit, submission_id=str(uuid.uuid4()))
    await messages.handle(org.id, left.uid, outcome="phone", by="tests")
    await anonymise(org.id, [uuid.UUID(left.uid)], by="tests")
    for gone in (
        {"message": left.uid},
        {"message": str(uuid.uuid4())},
        {"mail": str(uuid.uuid4())},
    ):
        first = await claimed(token)
        await first.keep(ANSWER, **gone)
        (row,) = await KeptAnswer.select()
        assert (row["message"], row["mail"], row["answer"]) == (None, None, "")
        await aged(created_at=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=3))
        assert await code_of(token) == "already_done"
        await KeptAnswer.delete(force=True)
