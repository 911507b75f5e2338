"""What every answer carries."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import structlog
from litestar import Litestar
from litestar.routes import HTTPRoute

from app import settings, turns
from app.settings import Settings
from tests.application import application
from web.http import headers
from web.http.headers import content_security_policy, security_headers

Configure = Callable[..., Settings]

ALWAYS = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-resource-policy",
    "cache-control",
    "x-request-id",
}


@pytest.fixture
def app(configure: Configure) -> Litestar:
    """The whole application; without the fixture `db` there is no database behind it."""
    return application(settings.current())


def client_of(app: Litestar, peer: str = "127.0.0.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, client=(peer, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8080")


def test_the_console_may_never_be_framed() -> None:
    policy = content_security_policy("/inbox")

    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert policy.endswith("frame-ancestors 'none'")
    assert "unsafe" not in policy


def test_the_form_may_be_framed_by_our_own_site_and_by_whom_it_names() -> None:
    hosts = ("'self'", "https://www.shop.example")

    assert content_security_policy("/w/default").endswith("frame-ancestors 'self'")
    assert content_security_policy("/w/default", hosts).endswith(
        "frame-ancestors 'self' https://www.shop.example"
    )
    assert content_security_policy("/inbox", hosts).endswith("frame-ancestors 'none'")


def test_the_api_may_load_nothing_at_all() -> None:
    assert content_security_policy("/api/v1/leavemsg/config") == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def test_browsers_are_bound_to_https_where_there_is_https() -> None:
    assert "Strict-Transport-Security" not in security_headers("/", secure=False)
    assert security_headers("/", secure=True)["Strict-Transport-Security"] == "max-age=31536000"


def test_a_referrer_never_tells_more_than_it_must() -> None:
    assert security_headers("/inbox", secure=False)["Referrer-Policy"] == "same-origin"
    assert security_headers("/w/default", secure=False)["Referrer-Policy"] == "strict-origin"


async def test_every_route_and_every_error_carries_them(app: Litestar) -> None:
    paths = {r.path.replace(":str}", "}") for r in app.routes if isinstance(r, HTTPRoute)}
    async with client_of(app) as client:
        for path in sorted(paths | {"/nowhere", "/api/nowhere", "/static/0/nothing.css", "/w/x"}):
            for method in ("GET", "POST", "OPTIONS", "TRACE", "HEAD"):
                answer = await client.request(method, path)

                assert set(answer.headers) >= ALWAYS, (method, path)
                assert "server" not in answer.headers


async def test_an_answer_keeps_what_it_brings_along(configure: Configure) -> None:
    async def bare(scope: Any, receive: Any, send: Any) -> None:
        own = [(b"Cache-Control", b"public"), (b"content-security-policy", b"default-src 'self'")]
        await send({"type": "http.response.start", "status": 200, "headers": own})
        await send({"type": "http.response.body", "body": b""})

    answer = await _of_bare(bare, configure())

    assert answer.headers.get_list("cache-control") == ["public"]
    assert answer.headers.get_list("content-security-policy") == ["default-src 'self'"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def _of_bare(
    bare: Any, made: Settings, method: str = "GET", path: str = "/"
) -> httpx.Response:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await headers.Envelope(bare, made)({**scope, "state": {}}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        return await client.request(method, path)


async def test_whoever_leaves_a_message_or_looks_at_a_form_is_a_visitor(
    configure: Configure,
) -> None:
    served: list[bool] = []

    async def bare(scope: Any, receive: Any, send: Any) -> None:
        served.append(turns.are_visitors())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    for method, path in (
        ("GET", "/w/a/boot.json"),
        ("POST", "/f/a"),
        ("POST", "/api/v1/leavemsg/messages"),
        ("GET", "/api/v1/leavemsg/messages"),
        ("GET", "/inbox"),
    ):
        await _of_bare(bare, configure(), method, path)
    assert served == [True, True, True, False, False]


async def test_head_is_get_without_its_body(configure: Configure) -> None:
    async def stream(scope: Any, receive: Any, send: Any) -> None:
        assert scope["method"] == "GET"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(3):
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    answer = await _of_bare(stream, configure(), "HEAD")

    assert (answer.status_code, answer.content) == (200, b"")


async def test_an_answer_that_breaks_off_is_not_made_whole(configure: Configure) -> None:
    async def breaks(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("13800138000")

    with structlog.testing.capture_logs() as logs, pytest.raises(RuntimeError) as caught:
        await _of_bare(breaks, configure())

    assert caught.value.__cause__ is None
    assert "13800138000" not in repr(logs)


async def test_what_nobody_answers_is_answered_with_500(configure: Configure) -> None:
    async def falls(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("13800138000")

    with structlog.testing.capture_logs():
        answer = await _of_bare(falls, configure())

    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert set(answer.headers) >= ALWAYS


async def test_who_waits_longer_than_a_stop_does_may_come_again(configure: Configure) -> None:
    """Our server cancels what is still at work then, and would say 500 of it."""
    heard = list[Any]()

    async def waits(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        heard.append(message)

    scope: Any = {"type": "http", "method": "POST", "path": "/api/", "headers": [], "state": {}}
    receive: Any = None
    request = asyncio.create_task(headers.Envelope(waits, configure())(scope, receive, send))
    await asyncio.sleep(0)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request

    start, body = heard
    assert start["status"] == 503
    assert {(b"retry-after", b"1"), (b"connection", b"close")} <= set(start["headers"])
    assert json.loads(body["body"])["code"] == "outcome_unknown"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_options_name_every_method(app: Litestar) -> None:
    async with client_of(app) as client:
        answer = await client.options("/api/v1/leavemsg/config")

    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_the_log_has_neither_query_nor_path_nor_whole_address(app: Litestar) -> None:
    async with client_of(app, "203.0.113.77") as client:
        with structlog.testing.capture_logs() as logs:
            await client.get("/api/v1/leavemsg/messages/secret-uid?token=13800138000")

    (line,) = logs
    assert (line["route"], line["method"]) == ("/api/v1/leavemsg/messages/{uid}", "GET")
    assert (line["status"], line["ip"]) == (401, "203.0.113.0/24")
    assert "13800138000" not in repr(line)
    assert "secret-uid" not in repr(line)


async def test_the_whole_address_is_logged_only_on_demand(configure: Configure) -> None:
    app = application(configure(LEAVEMSG_LOG_FULL_IP="true"))
    async with client_of(app, "203.0.113.77") as client:
        with structlog.testing.capture_logs() as logs:
            await client.get("/nowhere")

    assert logs[0]["ip"] == "203.0.113.77"


async def test_each_line_of_the_log_is_one_line(app: Litestar) -> None:
    async with client_of(app) as client:
        with structlog.testing.capture_logs() as logs:
            await client.get("/a%0d%0ab%1b%E2%80%A8c", headers={"user-agent": b"x\xe2\x80\xa8"})

    rendered = structlog.processors.JSONRenderer()(None, "info", dict(logs[0]))
    assert len(str(rendered).splitlines()) == 1
    assert json.loads(rendered)["status"] == 404


async def test_a_proxy_that_is_not_trusted_is_named_once(app: Litestar) -> None:
    async with client_of(app, "10.0.0.1") as client:
        with structlog.testing.capture_logs() as logs:
            for _ in range(3):
                await client.get("/nowhere", headers={"x-forwarded-for": "203.0.113.5"})

    (warning,) = [line for line in logs if line["event"] == "proxy_not_trusted"]
    assert warning["setting"] == "LEAVEMSG_TRUSTED_PROXIES"


async def test_a_look_at_the_health_is_not_logged(app: Litestar) -> None:
    async with client_of(app) as client:
        with structlog.testing.capture_logs() as logs:
            await client.get("/livez")

    assert logs == []
