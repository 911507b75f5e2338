"""The connection that dies in the middle of a commit: nothing is said that is not known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import msgspec
import pytest

from app import database, messages
from app.errors import Unavailable
from app.fields.check import Answers
from app.messages import Visit
from app.people import organizations
from app.tables import Organization
from tests.severing import Severing
from web.http.faults import fault_of

MESSAGES = "/api/v1/leavemsg/messages"
BODY = {"visitor": {"phone": "13800138000"}, "message": {"content": "hi"}}
CUTS = pytest.mark.parametrize("cut", ["before", "after"])


@pytest.fixture
async def db(postgres_database: str, configure: Callable[..., Any]) -> AsyncIterator[Severing]:
    async with Severing(postgres_database) as wire:
        engine = database.Postgres(wire.url)
        database.use(engine)
        await engine.open()
        await database.execute("DELETE FROM organization")
        yield wire
        wire.times = 0
        await engine.close()


@pytest.fixture
async def org(db: Severing) -> Organization:
    return await organizations.first()


async def stored() -> int:
    return int((await database.rows(dict, "SELECT count(*) AS n FROM message"))[0]["n"])


@CUTS
async def test_a_commit_without_an_answer_is_not_known(db: Severing, cut: Any) -> None:
    db.cut, db.times = cut, 1
    with pytest.raises(Unavailable) as caught:
        await organizations.create("shop", "Shop")
    assert caught.value.unknown
    assert fault_of(caught.value).code == "outcome_unknown"


async def test_a_connection_that_dies_before_the_commit_has_stored_nothing(db: Severing) -> None:
    with pytest.raises(Unavailable) as caught:
        async with database.transaction():
            await database.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert not caught.value.unknown


@CUTS
async def test_a_message_is_asked_for_once_more_and_stored_once(
    db: Severing, org: Organization, answers: Answers, visit: Visit, cut: Any
) -> None:
    db.cut, db.times = cut, 1
    left = await messages.leave(org, answers, visit, submission_id="s1")
    assert (await messages.show(org.id, left.uid)).message.reference == left.reference
    assert await stored() == 1


@CUTS
async def test_while_it_goes_on_breaking_the_answer_says_so_and_another_try_is_safe(
    db: Severing, web: Callable[..., httpx.AsyncClient], cut: Any
) -> None:
    visitor = web(headers={"Idempotency-Key": "7d1f0c7e"})
    db.cut, db.times = cut, 2
    answer = await visitor.post(MESSAGES, json=BODY)
    assert (answer.status_code, answer.json()["code"]) == (503, "outcome_unknown")
    assert "Nothing was stored" not in answer.text
    assert answer.headers["retry-after"] == "5"

    assert (await visitor.post(MESSAGES, json=BODY)).status_code == 201
    assert await stored() == 1


@CUTS
async def test_the_form_says_so_too_keeps_the_text_and_stores_once(
    db: Severing, visitor: httpx.AsyncClient, cut: Any
) -> None:
    page = await visitor.get("/w/default/", headers={"Accept-Language": "en"})
    token = page.text.split('name="token" value="')[1].split('"')[0]
    said = {"token": token, "content": "Is it in stock?", "phone": "13800138000"}
    db.cut, db.times = cut, 2
    answer = await visitor.post("/w/default/", data=said, headers={"Accept-Language": "en"})
    assert (answer.status_code, "whether it arrived" in answer.text) == (503, True)
    assert "Is it in stock?" in answer.text
    assert token in answer.text

    assert (await visitor.post("/w/default/", data=said)).status_code in {200, 303}
    assert await stored() == 1


async def test_several_in_one_commit_are_all_settled(
    db: Severing, org: Organization, answers: Answers, visit: Visit
) -> None:
    db.cut, db.times = "after", 1
    left = await asyncio.gather(
        *(
            messages.leave(
                org,
                msgspec.structs.replace(answers, content=f"question {n}"),
                visit,
                submission_id=f"s{n}",
            )
            for n in range(5)
        )
    )
    assert len({each.reference for each in left}) == 5
    assert await stored() == 5
