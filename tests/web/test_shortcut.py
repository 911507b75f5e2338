"""The short way answers as the framework does, which answers at the same address with a slash."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from web.http.operation import PREFIX
from web.http.request import Incoming
from web.shortcut import Shortcut

SHORT = f"{PREFIX}/messages"
LONG = f"{SHORT}/"
GOOD = {"visitor": {"phone": "13800138000"}, "message": {"content": "价格？"}}
KEYED = {"idempotency-key": "k" * 201}
# What is another one each time.
OWN = re.compile(
    r'("(?:uid|reference|created_at|request_id|duplicate|status)":)("[^"]*"|true|false)'
)
ASKED: list[dict[str, Any]] = [
    {"json": GOOD},
    {"json": {}},
    {"json": []},
    {"content": b"{", "headers": {"content-type": "application/json"}},
    {"content": b"{}"},
    {"content": b""},
    {"json": {"message": {"content": "x" * 70_000}}},
    {"json": {**GOOD, "org": "nobody"}},
    {"json": GOOD, "headers": {"origin": "https://elsewhere.example"}},
    {"json": GOOD, "headers": {"authorization": "Bearer wrong"}},
    {"json": GOOD, "headers": KEYED},
    {"json": GOOD, "headers": {"host": "a b"}},
    {"json": GOOD, "params": {"dry_run": "visitor"}},
    {"json": GOOD, "headers": {"if-match": '"stale"'}},
    {"json": GOOD, "headers": {"accept-language": "en", "x-request-id": "abcd-1234"}},
]


def told(answer: httpx.Response) -> tuple[int, dict[str, str], str]:
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in {"x-request-id", "content-length", "location"}
    }
    text = OWN.sub(r"\1", answer.text).replace(f'{LONG}"', f'{SHORT}"')
    return answer.status_code, headers, text


async def test_both_ways_answer_the_same(
    visitor: httpx.AsyncClient, api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    answer = Shortcut._answer

    async def noted(self: Shortcut, request: Incoming) -> Any:
        taken.append(request.scope["path"])
        return await answer(self, request)

    monkeypatch.setattr(Shortcut, "_answer", noted)
    statuses = set()
    for caller in (visitor, api):
        for asked in ASKED:
            short, long = [await caller.post(path, **asked) for path in (SHORT, LONG)]
            assert told(short) == told(long), asked
            assert ("location" in short.headers) == ("location" in long.headers), asked
            statuses.add(short.status_code)
    # A host of two words is for the framework to tell.
    assert taken == [SHORT] * 2 * (len(ASKED) - 1)
    assert statuses >= {200, 201, 400, 401, 403, 404, 412, 413, 415, 422}
