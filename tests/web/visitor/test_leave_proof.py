"""A flooded form: who calculates is told of, who cannot is set aside, and nobody is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app import limits
from app.blocks import change
from app.blocks.shape import Block
from app.brands.stored import by_slug
from app.settings import Settings
from app.signed import proof
from app.tables import Delivery, Message, Organization
from tests.app.signed.test_proof import solved
from tests.web.reading import Page
from tests.web.visitor.test_form import ANSWERS, FORM, HTMX, opened, sent

Values = dict[str, str]
QUESTION = re.compile(r'name="proof" value="([^"]+)"')


@pytest.fixture
async def flooded(org: Organization, configure: Callable[..., Settings]) -> None:
    """As if more had just come in than people write, and from the visitor's address."""
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=50, LEAVEMSG_SUBMIT_FORM_PER_MINUTE=1)
    await began(org)


async def began(org: Organization) -> None:
    limits.forget_all()
    assert not await limits.flooded(org)
    while not await limits.floods("127.0.0.1", org, "another text"):
        pass


async def asked(visitor: httpx.AsyncClient, **changes: str) -> tuple[Values, str]:
    """What was sent, and the question that came instead of a receipt."""
    values = {**await opened(visitor), **ANSWERS, **changes}
    answer = await visitor.post(FORM, data=values, headers=HTMX)
    [question] = QUESTION.findall(answer.text)
    return values, question


async def answered(
    visitor: httpx.AsyncClient, values: Values, answer: str, headers: Any = HTMX
) -> httpx.Response:
    return await visitor.post(FORM, data={**values, "proof": answer}, headers=headers)


async def stored() -> list[tuple[str, str]]:
    rows = await Message.select(Message.status, Message.spam_reason).order_by(Message.id)
    return [(row["status"], row["spam_reason"]) for row in rows]


SET_ASIDE = [("spam", "flood")]
TAKEN = [("pending", "")]


@pytest.mark.usefixtures("flooded")
async def test_a_script_is_asked_and_nothing_is_stored_yet(visitor: httpx.AsyncClient) -> None:
    answer = await sent(visitor, headers=HTMX)

    assert answer.status_code == 200
    assert "自动校验，无需操作" in answer.text
    assert answer.text.count("<hx-partial") == 1
    assert "<form" not in answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    [field] = Page(answer).attributes("input")
    for script in (field["data-prove"], field["data-worker"]):
        assert (await visitor.get(script)).headers["content-type"].startswith("text/javascript")
    assert await stored() == []


@pytest.mark.usefixtures("flooded")
async def test_who_has_calculated_is_taken_as_ever(visitor: httpx.AsyncClient) -> None:
    values, question = await asked(visitor)
    answer = await answered(visitor, values, solved(question))

    assert "留言已收到" in answer.text
    assert await stored() == TAKEN


@pytest.mark.usefixtures("flooded")
@pytest.mark.parametrize("javascript", [True, False])
async def test_a_question_that_comes_back_open_is_set_aside(
    visitor: httpx.AsyncClient, javascript: bool
) -> None:
    values, question = await asked(visitor)
    answer = await answered(visitor, values, question, HTMX if javascript else None)

    assert answer.status_code == (200 if javascript else 303)
    assert not javascript or "留言已收到" in answer.text
    assert await stored() == SET_ASIDE
    assert await Delivery.count() == 0


@pytest.mark.usefixtures("flooded")
async def test_who_has_no_part_in_it_is_asked_nothing_and_taken_as_ever(
    web: Callable[..., httpx.AsyncClient], visitor: httpx.AsyncClient
) -> None:
    limits.forget_all()
    configured = limits.FLOOD_ADDRESS.amount
    for n in range(1 + configured):
        assert "留言已收到" in (await sent(visitor, headers=HTMX, content=f"第 {n} 条")).text
    assert await stored() == TAKEN * (1 + configured)


@pytest.mark.usefixtures("flooded")
async def test_without_a_script_it_is_stored_at_once_and_set_aside(
    visitor: httpx.AsyncClient,
) -> None:
    answer = await sent(visitor)

    assert answer.status_code == 303
    assert await stored() == SET_ASIDE


@pytest.mark.usefixtures("flooded")
async def test_another_text_needs_an_answer_of_its_own(visitor: httpx.AsyncClient) -> None:
    values, question = await asked(visitor)
    answer = solved(question)
    await answered(visitor, values, answer)
    other = {**values, "content": "另一条"}
    again = await answered(visitor, other, answer)
    assert await stored() == TAKEN

    [question] = QUESTION.findall(again.text)
    await answered(visitor, other, solved(question))
    assert await stored() == [*TAKEN, *TAKEN]


@pytest.mark.usefixtures("flooded")
async def test_the_same_answer_again_is_the_same_message(visitor: httpx.AsyncClient) -> None:
    values, question = await asked(visitor)
    answer = solved(question)
    receipts = [await answered(visitor, values, answer) for _ in range(3)]

    assert len({each.headers["hx-replace-url"].split("?")[0] for each in receipts}) == 1
    assert await stored() == TAKEN


@pytest.mark.usefixtures("flooded")
@pytest.mark.parametrize("junk", ["none", "\x00", "e30=", "垃圾" * 3000])
async def test_junk_is_asked_again(visitor: httpx.AsyncClient, junk: str) -> None:
    answer = await sent(visitor, headers=HTMX, proof=junk)

    assert QUESTION.search(answer.text)
    assert await stored() == []


@pytest.mark.usefixtures("flooded")
async def test_junk_without_a_script_is_set_aside(visitor: httpx.AsyncClient) -> None:
    assert (await sent(visitor, proof="junk")).status_code == 303
    assert await stored() == SET_ASIDE


@pytest.mark.usefixtures("flooded")
async def test_who_has_switched_it_off_asks_nobody(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    (await by_slug(org.slug)).org.proof_of_work = False
    answer = await sent(visitor, headers=HTMX)

    assert "留言已收到" in answer.text
    assert await stored() == SET_ASIDE


@pytest.mark.usefixtures("flooded")
async def test_calculating_does_not_wash_what_is_odd_otherwise(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await change.add(org.id, [Block(kind="words", text="发票")], by="x")
    answer = await sent(visitor, headers=HTMX, content="代开发票")
    assert "留言已收到" in answer.text
    assert await stored() == [("spam", "blocked")]


async def test_a_form_that_is_not_flooded_asks_nobody(
    visitor: httpx.AsyncClient, configure: Callable[..., Settings]
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=50, LEAVEMSG_SUBMIT_FORM_PER_MINUTE=5)
    limits.forget_all()
    for n in range(5):
        answer = await sent(visitor, headers=HTMX, content=f"第 {n} 条")
        assert "留言已收到" in answer.text
    assert await stored() == TAKEN * 5


@pytest.fixture
async def patient(org: Organization, configure: Callable[..., Settings]) -> None:
    """Flooded, and an address may send once a minute."""
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=1, LEAVEMSG_SUBMIT_FORM_PER_MINUTE=1)
    await began(org)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("does", [solved, str], ids=["solved", "open"])
async def test_who_was_asked_is_not_counted_twice(
    visitor: httpx.AsyncClient, does: Callable[[str], str]
) -> None:
    values, question = await asked(visitor)
    assert (await answered(visitor, values, does(question))).status_code == 200
    assert len(await stored()) == 1


@pytest.mark.usefixtures("patient")
async def test_an_answer_lifts_the_limit_of_an_address_once(visitor: httpx.AsyncClient) -> None:
    values, question = await asked(visitor)
    answers = [await answered(visitor, values, solved(question)) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 429]


@pytest.mark.usefixtures("patient")
async def test_nobody_gets_past_the_limit_with_a_question_of_their_own(
    visitor: httpx.AsyncClient,
) -> None:
    values, _ = await asked(visitor)
    own = proof.ask(proof.mark({**values, "content": "another"}))
    assert (await answered(visitor, values, own)).status_code == 429
    assert await stored() == []
