"""Pages travel compressed, and give nothing away by it."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import httpx
import pytest

from app import health, messages
from app.fields.check import Answers
from app.messages import Visit
from app.people import sessions
from app.tables import Agent, Organization
from tests.web.reading import Page

PAGES = (
    *("/inbox", "/deliveries", "/settings/channels", "/settings/form", "/settings/hours"),
    *("/settings/widget", "/settings/templates", "/login"),
)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_of_the_console_is_packed_for_who_can_read_it(
    client: httpx.AsyncClient, path: str
) -> None:
    await health.ready()  # What it found stands on every page from then on.
    plain = await client.get(path, headers={"Accept-Encoding": "identity"})
    async with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        sent = b"".join([part async for part in answer.aiter_raw()])

    assert "content-encoding" not in plain.headers
    assert answer.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert "hx-request" in answer.headers["vary"].lower()
    assert len(sent) < len(plain.content) / 2
    assert abs(len(gzip.decompress(sent)) - len(plain.content)) < 200


async def test_the_token_looks_different_in_every_answer_and_always_counts(
    web: Callable[..., httpx.AsyncClient], owner: Agent
) -> None:
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    browser = web(cookies={"sid": raw}, headers={"Sec-Fetch-Site": "same-origin"})
    tokens = [Page(await browser.get("/inbox")).csrf for _ in range(20)]

    alike = max(
        sum(one == other for one, other in zip(tokens[0], each, strict=True)) for each in tokens[1:]
    )
    assert alike < len(tokens[0]) // 2
    for token in tokens:
        answer = await browser.post("/presence/switch", data={"to": "on", "csrf_token": token})
        assert answer.status_code == 303


@pytest.mark.parametrize("token", ["", "=", "é", "A", "AAAA", "A" * 44, "\ud800", "-_" * 900])
def test_what_is_no_token_is_only_wrong(token: str) -> None:
    assert not sessions.csrf_ok("raw", token)


async def test_what_has_not_changed_is_still_not_sent_again(
    client: httpx.AsyncClient, org: Organization, answers: Answers, visit: Visit
) -> None:
    await messages.leave(org, answers, visit, submission_id="one")
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    first = await client.get("/deliveries", headers=headers)
    again = await client.get(
        "/deliveries", headers={**headers, "HX-PTag": first.headers["hx-ptag"]}
    )
    assert again.status_code == 304
