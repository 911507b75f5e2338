"""Every way to fail, through one assertion."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx
import pytest
import structlog
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.exceptions import HTTPException, InternalServerException, NotAuthorizedException

from app import outside, settings
from app.errors import Conflict, Error, Invalid, NotFound, Problem, TooMany, Unavailable
from web.asgi import bare, furnish
from web.http.faults import TITLES, Refused
from web.http.operation import Operation, described

# The guards ask the database whether anybody is served.
pytestmark = [
    pytest.mark.usefixtures("db"),
    pytest.mark.parametrize("db", ["sqlite"], indirect=True),
]

SECRET = "13800138000"

FAILURES: list[tuple[Exception, int, str]] = [
    (Invalid([Problem("/a", "required", "This must be text")]), 422, "invalid"),
    (NotFound(SECRET), 404, "not_found"),
    (Conflict("already_handled", "Somebody was quicker."), 409, "already_handled"),
    (TooMany(7), 429, "too_many"),
    (Unavailable(SECRET), 503, "unavailable"),
    (Error(SECRET), 500, "internal"),
    (Refused(408, "slow_body", "The body did not arrive in time."), 408, "slow_body"),
    (HTTPException(SECRET, status_code=400), 400, "malformed"),
    (HTTPException(SECRET, status_code=418), 500, "internal"),
    (NotAuthorizedException(SECRET), 401, "token_required"),
    (InternalServerException(SECRET), 500, "internal"),
    (ValueError(SECRET), 500, "internal"),
    (KeyError(SECRET), 500, "internal"),
    (UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, SECRET), 500, "internal"),
    (RecursionError(SECRET), 500, "internal"),
    (TimeoutError(SECRET), 500, "internal"),
    (ExceptionGroup(SECRET, [ValueError(SECRET)]), 500, "internal"),
]

NOTHING = described(Operation(id="fail", summary="Fails.", answer={}))


@get(["/api/fail", "/fail"], opt=NOTHING, sync_to_thread=False)
def fail(state: State) -> str:
    raise state.error


@cache
def with_failures() -> Litestar:
    app = bare()
    app.register(fail)
    return app


def failing(error: Exception) -> httpx.AsyncClient:
    """A client of the application with two routes that fail in this way."""
    app = furnish(copy.copy(with_failures()), settings.current(), outside.egress())
    app.state.error = error
    return client_of(app)


def client_of(app: Litestar) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost")


def check_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The one shape of every failure that a program sees."""
    problem: dict[str, Any] = answer.json()
    assert answer.status_code == problem["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert list(problem) == [
        *("type", "title", "status", "detail", "instance", "code", "request_id", "errors")
    ]
    assert (problem["code"], problem["type"]) == (code, f"urn:leavemsg:problem:{code}")
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["instance"] == answer.request.url.raw_path.decode().split("?")[0]
    assert problem["title"]
    assert problem["detail"]
    assert not re.search(r"\{\w+\}|Traceback|\.py", answer.text)
    assert SECRET not in answer.text
    for each in problem["errors"]:
        assert list(each) == ["pointer", "code", "detail"]
    return problem


@pytest.mark.parametrize(("error", "status", "code"), FAILURES, ids=lambda v: str(v)[:30])
async def test_every_failure_has_the_same_shape(
    configure: Callable[..., Any], error: Exception, status: int, code: str
) -> None:
    async with failing(error) as client:
        check_problem(await client.get("/api/fail"), status, code)


@pytest.mark.parametrize(("error", "status", "code"), FAILURES, ids=lambda v: str(v)[:30])
async def test_people_get_a_page_for_every_failure(
    configure: Callable[..., Any], error: Exception, status: int, code: str
) -> None:
    async with failing(error) as client:
        answer = await client.get("/fail", headers={"accept-language": "en"})

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert SECRET not in answer.text


@pytest.mark.parametrize("path", ["/api/fail", "/fail"])
@pytest.mark.parametrize(("error", "after"), [(TooMany(7), "7"), (Unavailable(), "5")])
async def test_who_is_sent_away_for_a_while_is_told_how_long(
    configure: Callable[..., Any], path: str, error: Exception, after: str
) -> None:
    async with failing(error) as client:
        assert (await client.get(path)).headers["retry-after"] == after


async def test_the_method_that_is_allowed_is_named(configure: Callable[..., Any]) -> None:
    async with failing(NotFound()) as client:
        answer = await client.request("DELETE", "/api/fail")

    check_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


async def test_the_language_is_the_callers(configure: Callable[..., Any]) -> None:
    async with failing(TooMany(7)) as client:
        english = await client.get("/api/fail", headers={"accept-language": "en"})
        chinese = await client.get("/api/fail", headers={"accept-language": "zh-CN,en;q=0.5"})

    assert english.json()["detail"] == "Too many requests. Try again in 7 seconds."
    assert (english.headers["content-language"], english.headers["vary"]) == (
        "en",
        "Accept-Language",
    )
    assert chinese.headers["content-language"] == "zh-CN"
    assert chinese.json()["detail"] != english.json()["detail"]


async def test_our_own_faults_are_logged_without_what_was_sent(
    configure: Callable[..., Any],
) -> None:
    async with failing(ValueError(SECRET)) as client:
        with structlog.testing.capture_logs() as logs:
            answer = await client.get(f"/api/fail?q={SECRET}")

    (fault,) = [line for line in logs if line["event"] == "unexpected"]
    assert (fault["error"], fault["request_id"]) == ("ValueError", answer.json()["request_id"])
    assert any("test_error_page.py" in place for place in fault["trace"])
    assert SECRET not in repr(logs)


async def test_a_fault_of_the_error_page_itself_is_still_answered(
    configure: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.http.words.say", lambda *_: 1 / 0)
    async with failing(NotFound()) as client:
        answer = await client.get("/api/fail")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "content-security-policy" in answer.headers


def test_every_status_has_a_title() -> None:
    assert {status for _, status, _ in FAILURES} <= set(TITLES)
