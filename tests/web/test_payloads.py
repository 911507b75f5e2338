"""Hostile content: a clear 4xx, the same on both databases, never a 5xx, never a surprise later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from app.tables import Message
from cli.connections import LARGE_SECONDS
from web.http import bodies

MESSAGES = "/api/v1/leavemsg/messages"
FORM = "/w/default"
JSON = {"content-type": "application/json"}
URLENCODED = {"content-type": "application/x-www-form-urlencoded"}


def body(content: str = "hello", **more: Any) -> bytes:
    visitor = {"name": "张三", "phone": "13800138000"}
    return msgspec.json.encode({"visitor": visitor, "message": {"content": content}, **more})


def with_text(raw: bytes) -> bytes:
    return body().replace(b"hello", raw)


REFUSED = [
    ("100,000 levels", b'{"a":' * 10_900, JSON, 400, "too_deep"),
    ("nine levels", b'{"a":' * 9 + b"1" + b"}" * 9, JSON, 400, "too_deep"),
    ("many values", b"[" + b"1," * 9000 + b"1]", JSON, 400, "too_many_values"),
    ("a key twice", b'{"org":"default","org":"x"}', JSON, 422, "duplicate_key"),
    ("not UTF-8", with_text(b"\xff\xfe"), JSON, 400, "not_utf8"),
    ("another charset", body(), {"content-type": "application/json; charset=gbk"}, 415, ""),
    ("utf-16", body().decode().encode("utf-16"), JSON, 400, "not_utf8"),
    ("a list", b"[]", JSON, 422, "object_expected"),
    ("a number", b"1", JSON, 422, "object_expected"),
    ("null", b"null", JSON, 422, "object_expected"),
    ("nothing", b"", JSON, 400, "body_required"),
    ("no type, no body", b"", {}, 400, "body_required"),
    ("no type", body(), {}, 415, ""),
    ("text/plain", body(), {"content-type": "text/plain"}, 415, ""),
    ("a form", b"content=hello", URLENCODED, 415, ""),
    ("vnd+json", body(), {"content-type": "application/problem+json"}, 415, ""),
    ("compressed", body(), {**JSON, "content-encoding": "gzip"}, 415, ""),
    ("odd type", body(), {"content-type": "application/json\xff".encode("latin-1")}, 415, ""),
    ("truncated", body()[:-3], JSON, 400, "malformed_json"),
    ("large", body("x" * bodies.PUBLIC_LIMIT), JSON, 413, "too_large"),
    ("long text", body("长" * 5001), JSON, 422, "too_long"),
    ("text of zero width", body("\u200b\u2060"), JSON, 422, "required"),
    ("only NUL", with_text(rb"\u0000"), JSON, 400, "unstorable_character"),
    ("NUL inside", with_text(rb"nul\u0000inside"), JSON, 400, "unstorable_character"),
    ("half a pair", with_text(rb"half \ud83d"), JSON, 400, "unstorable_character"),
    ("escape", body("\x1b[2J"), JSON, 422, "control_characters"),
    ("wrong types", body(visitor=[1], message="x", fields=3, page_url=4), JSON, 422, "wrong_type"),
    ("2^63", body(visitor={"phone": 2**63}), JSON, 422, "wrong_type"),
    ("unknown key", body(orgg="default"), JSON, 422, "unknown_key"),
    ("unknown inner key", body(visitor={"tel": "1"}), JSON, 422, "unknown_key"),
    ("NUL in a key", body(**{"a\0b": 1}), JSON, 400, "unstorable_character"),
    ("a field inside a field", body(fields={"a": {"b": 1}}), JSON, 422, "wrong_type"),
    ("javascript: page", body(page_url="javascript:alert(1)"), JSON, 422, "url_expected"),
    ("NUL in the slug", body(org="de\0fault"), JSON, 400, "unstorable_character"),
    ("a control character in the slug", body(org="default\x01"), JSON, 404, "not_found"),
    ("no such slug", body(org="nobody"), JSON, 404, "not_found"),
    ("a slug of 5000", body(org="a" * 5000), JSON, 404, "not_found"),
]

TAKEN = [
    (body("plain"), "plain"),
    (body("留" * 2000), "留" * 2000),
    (body("👩‍👩‍👧‍👦🇨🇳"), "👩‍👩‍👧‍👦🇨🇳"),
    (body("abc\u202edef\u200b\ufeff"), "abc\u202edef\u200b\ufeff"),
    (body("e" + "\u0301" * 50), "e" + "\u0301" * 50),
    (body("'; DROP TABLE message; --"), "'; DROP TABLE message; --"),
    (body("<script>alert(1)</script>"), "<script>alert(1)</script>"),
    (body('a\\u0000 \\ " \r\n b'), 'a\\u0000 \\ " \n b'),
]


async def test_hostile_json_is_refused_and_nothing_is_stored(visitor: httpx.AsyncClient) -> None:
    wrong = []
    for name, raw, headers, status, code in REFUSED:
        answer = await visitor.post(MESSAGES, content=raw, headers=headers)
        problem = answer.json()
        codes = {"", problem["code"], *(each["code"] for each in problem["errors"])}
        if answer.status_code != status or problem["status"] != status or code not in codes:
            wrong.append((name, answer.status_code, codes))

    assert wrong == []
    assert await Message.count() == 0


async def test_odd_text_is_stored_as_text(
    visitor: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    for raw, content in TAKEN:
        left = (await visitor.post(MESSAGES, content=raw, headers=JSON)).json()
        shown = (await api.get(f"{MESSAGES}/{left['uid']}")).json()

        assert shown["message"]["content"] == content


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1024):
        yield b"x" * 1024


async def test_a_chunked_body_is_counted_while_it_comes(visitor: httpx.AsyncClient) -> None:
    content = chunks(2 * bodies.PUBLIC_LIMIT)

    assert (await visitor.post(MESSAGES, content=content, headers=JSON)).status_code == 413


async def drip() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.sleep(5)


async def test_who_drips_bytes_is_let_go(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "RECEIVE_SECONDS", 0.05)

    answer = await visitor.post(MESSAGES, content=drip(), headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (408, "slow_body")
    assert answer.headers["connection"] == "close"


async def test_who_drips_a_form_with_files_is_let_go_before_the_connection_is(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bodies.RECEIVE_RAW_SECONDS < LARGE_SECONDS
    monkeypatch.setattr(bodies, "RECEIVE_RAW_SECONDS", 0.05)
    kind = {"content-type": "multipart/form-data; boundary=x"}

    answer = await visitor.post(FORM, content=drip(), headers=kind)

    assert answer.status_code == 408


async def test_a_hostile_form_is_refused_with_a_page(visitor: httpx.AsyncClient) -> None:
    multipart = "multipart/form-data; boundary=x"
    table = [
        ("&".join(f"f{n}=" for n in range(8000)).encode(), URLENCODED, 400),
        (b"content=a&content=b", URLENCODED, 422),
        (b"content=%ff", URLENCODED, 400),
        (b"content=" + b"x" * bodies.PUBLIC_LIMIT, URLENCODED, 413),
        (b"{}", JSON, 415),
        (b"--x--", {"content-type": multipart}, 422),
        (b"--x--", {"content-type": f"{multipart}; charset=nope"}, 422),
    ]
    for raw, headers, status in table:
        answer = await visitor.post(FORM, content=raw, headers=headers)

        assert (answer.status_code, answer.headers["content-type"][:9]) == (status, "text/html")


HEADERS = (
    "accept-language",
    "user-agent",
    "referer",
    "origin",
    "cookie",
    "x-csrf-token",
    "authorization",
)
VALUES = (b"\xff\xfe", "张三".encode(), b"a" * 8000, b";=;;q=\xe9", b'"\\', b"\x7f")


async def test_no_header_breaks_an_answer(visitor: httpx.AsyncClient) -> None:
    for path in (FORM, "/", "/api/v1/leavemsg/query/org", "/nowhere", "/readyz"):
        for name in HEADERS:
            for value in VALUES:
                answer = await visitor.get(path, headers={name: value})

                assert answer.status_code < 500, (path, name, value)


async def test_no_header_breaks_a_message(visitor: httpx.AsyncClient) -> None:
    for name in HEADERS:
        for number, value in enumerate(VALUES):
            raw = body(f"{name} {number}")
            answer = await visitor.post(MESSAGES, content=raw, headers={**JSON, name: value})

            assert answer.status_code in {201, 401, 403}, (name, value, answer.text)


QUERIES = (
    *("q=%00", "q=%ff", "q=%ed%a0%bd", "q=%25_%5C", "q=%F0%9F%98%80", "q=" + "a" * 9000),
    *("status=%00", "status=nope", "limit=99999999999999999999", "limit=%D9%A3", "limit=0"),
    *("limit=-1", "limit=1.5", "limit=201", "from=x", "from=0001-01-01T00:00:00%2B14:00"),
    *("to=9999-12-31", "to=9999-12-31T23:59:59-14:00", "cursor=%00", "cursor=../.."),
    *("lang=%00", "&".join(["a=1"] * 9000), "q=1&q=2", "org=default", "=", "&&&"),
)


async def test_no_query_breaks_the_list(api: httpx.AsyncClient) -> None:
    for query in QUERIES:
        answer = await api.get(f"/api/v1/leavemsg/query/org?{query}")

        assert answer.status_code in {200, 400, 422}, query


async def test_no_id_breaks_a_look(api: httpx.AsyncClient) -> None:
    for uid in ("%00", "..%2f..", "x" * 3000, "%F0%9F%98%80", "{}", "1", "-" * 36, "%ff"):
        assert (await api.get(f"{MESSAGES}/{uid}")).status_code == 404, uid
        assert (await api.get(f"/api/v1/leavemsg/query/uid?uid={uid}")).status_code in {400, 404}
