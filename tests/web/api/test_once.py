"""A POST that is sent again with its key, found by walking the routes."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import httpx

from app import settings
from app.people import kept_answers, tokens
from app.tables import KeptAnswer, Organization, Phrase
from tests.application import application
from tests.web.http.test_operation import BASE, ROUTES, ask
from web.api import openapi
from web.http.operation import Operation

# A call of the MCP server has its key among the arguments, for the operation that it is.
KNOWS_BY_ITSELF = {"leaveMessage", "deliverMail", "mcp"}
READS = {"exportPerson", "tryRule", "tryBlock", "previewTemplate"}
PHRASE = {"title": "Shipping", "text": "Two days"}


def posts() -> dict[str, Operation]:
    found = openapi.operations(application(settings.current()))
    return {path: operation for path, method, operation in found if method == "POST"}


def test_every_post_is_done_once_for_its_key(configure: Any) -> None:
    """Whoever adds one that is not kept says here why."""
    by = {each.id: each.again for each in posts().values()}
    assert {name for name, again in by.items() if again == "own"} == KNOWS_BY_ITSELF
    assert {name for name, again in by.items() if again == "reads"} == READS


def test_no_answer_that_shows_a_secret_is_kept_with_it(configure: Any) -> None:
    for operation in posts().values():
        fields = set(getattr(operation.answer, "__struct_fields__", ()))
        assert fields & {"secret", "token", "password"} <= set(operation.secrets), operation.id


async def test_every_post_gives_its_first_answer_again(api: httpx.AsyncClient) -> None:
    left = await ask(api, "POST", f"{BASE}/messages", "")
    uid = left.json()["uid"]
    known = posts()
    kept = 0
    for method, path in ROUTES:
        if method != "POST" or known[path].again != "kept":
            continue
        api.headers["Idempotency-Key"] = "one"
        first = await ask(api, method, path, uid)
        second = await ask(api, method, path, uid)

        if first.is_success:
            assert second.headers["Idempotency-Replayed"] == "true", path
            answer = first.json()
            shown = answer | {name: None for name in known[path].secrets if name in answer}
            assert (second.status_code, second.json()) == (first.status_code, shown)
            kept += 1
        else:
            assert second.status_code == first.status_code, path
    assert kept > 8
    assert await KeptAnswer.count() == kept


async def test_another_body_under_the_same_key_is_refused(api: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "one", "Accept-Language": "zh-CN"}
    first = await api.post(f"{BASE}/phrases", json=PHRASE, headers=key)
    turned = dict(reversed(PHRASE.items()))
    same = await api.post(f"{BASE}/phrases", json=turned, headers=key)
    other = await api.post(f"{BASE}/phrases", json={**PHRASE, "text": "x"}, headers=key)

    assert (first.status_code, same.json()) == (201, first.json())
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert other.headers["content-language"] == "zh-CN"
    assert await Phrase.count() == 1


async def test_of_many_at_once_one_acts_and_the_others_are_told_to_wait(
    api: httpx.AsyncClient,
) -> None:
    tries = [
        api.post(f"{BASE}/phrases", json=PHRASE, headers={"Idempotency-Key": "k"}) for _ in range(6)
    ]
    for each in await asyncio.gather(*tries):
        assert each.status_code in {201, 409}, each.text
        if each.status_code == 409:
            assert each.json()["code"] == "idempotency_key_running"
            assert each.headers["retry-after"] == "1"
    assert await Phrase.count() == 1


async def test_what_was_refused_may_be_corrected_under_the_same_key(
    api: httpx.AsyncClient,
) -> None:
    key = {"Idempotency-Key": "one"}
    refused = await api.post(f"{BASE}/phrases", json={"title": "", "text": ""}, headers=key)
    again = await api.post(f"{BASE}/phrases", json=PHRASE, headers=key)
    assert (refused.status_code, again.status_code) == (422, 201)


async def test_an_answer_that_got_lost_is_not_made_twice(
    api: httpx.AsyncClient, org: Organization
) -> None:
    """The process died after the act and before the answer was kept."""
    key = {"Idempotency-Key": "one"}
    assert (await api.post(f"{BASE}/phrases", json=PHRASE, headers=key)).is_success
    lost: dict[Any, Any] = {
        KeptAnswer.state: "done",
        KeptAnswer.answer: "",
        KeptAnswer.created_at: dt.datetime.now(dt.UTC) - kept_answers.LEASE,
    }
    await KeptAnswer.update(lost).where(KeptAnswer.state == "answered")
    again = await api.post(f"{BASE}/phrases", json=PHRASE, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "already_done")
    assert await Phrase.count() == 1


async def test_a_key_belongs_to_its_token(api: httpx.AsyncClient, org: Organization) -> None:
    key = {"Idempotency-Key": "one"}
    await api.post(f"{BASE}/phrases", json=PHRASE, headers=key)
    other = {"Authorization": f"Bearer {await tokens.create(org.id, 'other', ['all'])}"}
    second = await api.post(f"{BASE}/phrases", json=PHRASE, headers=key | other)
    assert (second.status_code, "idempotency-replayed" in second.headers) == (201, False)


async def test_a_key_that_is_none_is_refused(api: httpx.AsyncClient) -> None:
    for bad in ("", "a b", "x" * 201):
        key = {"Idempotency-Key": bad}
        answer = await api.post(f"{BASE}/phrases", json=PHRASE, headers=key)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")
    assert await KeptAnswer.count() == 0
    assert await Phrase.count() == 0
