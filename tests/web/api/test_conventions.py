"""What holds for every operation of the API, found by walking its routes."""

from __future__ import annotations

from typing import Any

import httpx

from app import settings
from tests.application import application
from tests.web.http.test_operation import BASE, ask
from web.api import openapi
from web.http.operation import Operation


def gets() -> dict[str, Operation]:
    found = openapi.operations(application(settings.current()))
    return {path: each for path, method, each in found if method == "GET" and each.scope}


async def test_what_is_read_has_an_etag_and_is_not_sent_twice(api: httpx.AsyncClient) -> None:
    uid = (await ask(api, "POST", f"{BASE}/messages", "")).json()["uid"]
    seen = 0
    for path, operation in gets().items():
        api.headers.pop("if-none-match", "")
        first = await ask(api, "GET", path, uid)
        if first.status_code != 200 or operation.answered_as != ("application/json",):
            continue
        tag = first.headers["etag"]
        assert tag.startswith('"'), path
        api.headers["if-none-match"] = tag
        again = await ask(api, "GET", path, uid)
        if "generated_at" not in first.text and again.status_code == 200:
            assert first.content != again.content, path
            continue
        assert (again.status_code, again.content) == (304, b""), path
        assert "content-type" not in again.headers
        seen += 1
    assert seen > 20


async def test_the_link_keeps_what_was_asked(api: httpx.AsyncClient) -> None:
    for content in ("价格 1", "价格 2"):
        body = {"visitor": {"phone": "13800138000"}, "message": {"content": content}}
        await api.post(f"{BASE}/messages", json=body)
    page = await api.get(f"{BASE}/query/org", params={"q": "价格", "limit": 1})
    then = await api.get(page.links["next"]["url"])

    assert page.links["next"]["url"].startswith("http://localhost:8080/api/v1/leavemsg/query/org?")
    assert [page.json()["items"][0]["message"], then.json()["items"][0]["message"]] == [
        {"content": "价格 2", "category": ""},
        {"content": "价格 1", "category": ""},
    ]
    assert "next" not in then.links


async def test_every_answer_says_how_much_more_may_be_asked(
    api: httpx.AsyncClient, configure: Any
) -> None:
    configure(LEAVEMSG_API_PER_MINUTE=3)
    left = []
    for _ in range(3):
        answer = await api.get(f"{BASE}/phrases")
        assert answer.headers["ratelimit-policy"] == '"api";q=3;w=60'
        left.append(answer.headers["ratelimit"].split(";")[1])
    assert left == ["r=2", "r=1", "r=0"]
    refused = await api.get(f"{BASE}/views")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
    assert refused.headers["ratelimit"].startswith('"api";r=0;t=')
    assert 0 < int(refused.headers["retry-after"]) <= 61
    # What visitors say is never refused for the number of a program's requests.
    assert (await ask(api, "POST", f"{BASE}/messages", "")).status_code == 201


async def test_a_request_may_have_a_name_of_its_own(api: httpx.AsyncClient) -> None:
    mine = {"X-Request-Id": "crm-2026.11_30"}
    answer = await api.get(f"{BASE}/nothing", headers=mine)
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "crm-2026.11_30"
    for bad in ("short", "x" * 129, "a b c d e f", "<script>alert</script>"):
        answer = await api.get(f"{BASE}/nothing", headers={"X-Request-Id": bad})
        assert len(answer.headers["x-request-id"]) == 32


async def test_whatever_goes_wrong_is_a_problem_in_both_languages(api: httpx.AsyncClient) -> None:
    wrong: list[tuple[int, str, str, dict[str, Any]]] = [
        (404, "GET", "/api/v1/nothing", {}),
        (404, "GET", "/api/", {}),
        (405, "DELETE", f"{BASE}/phrases", {}),
        (413, "POST", f"{BASE}/phrases", {"content": b" " * 70_000}),
        (415, "POST", f"{BASE}/phrases", {"content": b"x"}),
        (400, "POST", f"{BASE}/phrases", {"content": b"{"}),
    ]
    for status, method, path, more in wrong:
        for language in ("zh-CN", "en"):
            kind = {} if status == 415 else {"Content-Type": "application/json"}
            headers = {"Accept-Language": language, "Accept": "text/html", **kind}
            answer = await api.request(method, path, headers=headers, **more)
            assert answer.status_code == status, path
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["content-language"] == language
            assert answer.json()["request_id"] == answer.headers["x-request-id"]
            if status == 405:
                assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
