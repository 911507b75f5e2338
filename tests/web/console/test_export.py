"""Taking messages out in the console."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from app import limits, messages
from app.at_once import AtOnce
from app.fields.check import Answers
from app.messages import Left, Visit
from app.messages.export import workbook
from app.people import agents, audit, sessions
from app.tables import Organization
from tests.conftest import BASE_URL
from tests.web.reading import Page

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
CSV = {"format": "csv"}
Leave = Callable[..., Awaitable[Left]]
Browser = Callable[[str], Awaitable[httpx.AsyncClient]]


@pytest.fixture
def leave(org: Organization, visit: Visit) -> Leave:
    async def run(content: str = "价格？") -> Left:
        given = Answers(content=content, phone="13800138000")
        return await messages.leave(org, given, visit, submission_id=str(uuid.uuid4()))

    return run


@pytest.fixture
def as_role(org: Organization, web: Callable[..., httpx.AsyncClient]) -> Browser:
    async def sign_in(role: str) -> httpx.AsyncClient:
        who = await agents.create(
            org.id, email=f"{role}@shop.example", password="correct horse 9", role=role
        )
        raw = await sessions.start(who, address="127.0.0.1", user_agent="tests")
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": BASE_URL}
        token = {"X-CSRF-Token": sessions.csrf(raw)}
        return web(cookies={"sid": raw}, headers={**headers, **token})

    return sign_in


async def test_the_page_says_how_many_it_will_be(client: httpx.AsyncClient, leave: Leave) -> None:
    await leave("茶叶")
    await leave("咖啡")

    assert "文件中将有 2 条留言" in Page(await client.get("/inbox/export")).words
    assert "文件中将有 1 条留言" in Page(await client.get("/inbox/export?q=茶叶")).words


async def test_the_inbox_leads_there_with_its_filter(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    await leave()
    page = Page(await client.get("/inbox?q=价格"))
    fragment = Page(await client.get("/inbox?status=all", headers=HTMX))

    assert f"/inbox/export?q={quote('价格')}" in page.links()
    assert "/inbox/export?status=all" in fragment.links()


async def test_the_file_has_what_the_filter_finds(client: httpx.AsyncClient, leave: Leave) -> None:
    await leave("茶叶")
    await leave("咖啡")
    answer = await client.post("/inbox/export?q=茶叶", data=CSV)

    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "茶叶" in answer.text
    assert "咖啡" not in answer.text


async def test_the_browser_saves_it_under_a_chinese_name(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    answer = await client.post("/inbox/export", data=CSV)

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert re.fullmatch(
        r'attachment; filename="messages-\d{4}-\d\d-\d\d\.csv"; '
        rf"filename\*=UTF-8''{quote('留言')}%20\d{{4}}-\d\d-\d\d\.csv",
        answer.headers["content-disposition"],
    )


async def test_an_excel_file_says_how_long_it_is(client: httpx.AsyncClient, leave: Leave) -> None:
    await leave()
    answer = await client.post("/inbox/export", data={"format": "xlsx"})

    assert answer.content.startswith(b"PK")
    assert answer.headers["content-length"] == str(len(answer.content))


async def test_an_admin_may_have_contact_data_in_full(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    await leave()
    masked = await client.post("/inbox/export", data=CSV)
    full = await client.post("/inbox/export", data={**CSV, "contacts": "full"})

    assert "138****8000" in masked.text
    assert "13800138000" not in masked.text
    assert "13800138000" in full.text
    done = [each.detail for each in await audit.of(org.id, "") if "exported" in each.action]
    assert done == ["csv masked 1", "csv full 1"]


async def test_an_agent_gets_it_masked_only(as_role: Browser, leave: Leave) -> None:
    await leave()
    agent = await as_role("agent")

    assert "contacts" not in (await agent.get("/inbox/export")).text
    assert "138****8000" in (await agent.post("/inbox/export", data=CSV)).text
    refused = await agent.post("/inbox/export", data={**CSV, "contacts": "full"})
    assert refused.status_code == 403
    assert "13800138000" not in refused.text


async def test_a_viewer_gets_nothing(as_role: Browser, leave: Leave) -> None:
    await leave()
    viewer = await as_role("viewer")

    assert "/inbox/export" not in (await viewer.get("/inbox")).text
    assert (await viewer.get("/inbox/export")).status_code == 403
    assert (await viewer.post("/inbox/export", data=CSV)).status_code == 403


async def test_without_the_session_s_token_nothing_is_taken(
    client: httpx.AsyncClient, org: Organization
) -> None:
    answer = await client.post("/inbox/export", data=CSV, headers={"X-CSRF-Token": "x"})

    assert answer.status_code == 403
    assert await audit.of(org.id, "") == []


@pytest.mark.parametrize("headers", [{}, HTMX])
async def test_ticked_messages_are_asked_about_and_not_changed(
    client: httpx.AsyncClient, org: Organization, leave: Leave, headers: dict[str, str]
) -> None:
    first, _, third = [await leave(text) for text in ("一", "二", "三")]
    before = (await messages.inbox(org.id)).items
    ticked: dict[str, Any] = {"m": [first.uid, third.uid]}
    asked = await client.post("/inbox/bulk", data={"act": "export", **ticked}, headers=headers)
    kept = [found["value"] for found in Page(asked).attributes("input") if found["name"] == "m"]
    taken = await client.post("/inbox/export", data={**CSV, "m": kept})

    assert "文件中将有 2 条留言" in asked.text
    assert kept == [first.uid, third.uid]
    assert [text in taken.text for text in ('一"', '二"', '三"')] == [True, False, True]
    assert (await messages.inbox(org.id)).items == before


async def test_all_that_the_filter_finds_can_be_asked_for_there(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    await leave()
    form = {"act": "export", "all": "yes", "matching": "1"}
    asked = await client.post("/inbox/bulk?status=all", data=form)

    assert "文件中将有 1 条留言" in asked.text
    assert 'action="/inbox/export?status=all"' in asked.text


async def test_nothing_ticked_is_said_over_the_list(client: httpx.AsyncClient) -> None:
    assert (await client.post("/inbox/bulk", data={"act": "export"})).status_code == 422


async def test_what_cannot_be_is_said_on_the_page(client: httpx.AsyncClient) -> None:
    answer = await client.post("/inbox/export", data={"format": "pdf"})

    assert answer.status_code == 422
    assert "csv" in Page(answer).words


async def test_who_exports_very_often_is_told_when_to_come_back(
    client: httpx.AsyncClient,
    org: Organization,
    as_role: Browser,
    leave: Leave,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "EXPORTS", limits.parse("2 per 1 hour"))
    await leave()
    answers = [await client.post("/inbox/export", data=CSV) for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert 0 < int(answers[2].headers["retry-after"]) <= 3601
    assert re.search(r"导出太频繁，约 \d+ 分钟后再试。", Page(answers[2]).words)
    assert len(await audit.of(org.id, "")) == 2
    agent = await as_role("agent")
    assert (await agent.post("/inbox/export", data=CSV)).status_code == 200


async def test_an_excel_file_is_not_made_for_who_has_left(
    client: httpx.AsyncClient, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "AT_WORK", AtOnce(0))
    await leave()
    request = client.build_request("POST", "/inbox/export", data={"format": "xlsx"})
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": request.url.path,
        "raw_path": request.url.raw_path,
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": ("localhost", 8080),
        "client": ("127.0.0.1", 50000),
    }
    heard = [{"type": "http.request", "body": request.content}]
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return heard.pop() if heard else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    # It would wait for its turn for ever.
    await client._transport.app(scope, receive, send)
    assert said[0]["status"] == 400
