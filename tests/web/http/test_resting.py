"""While the installation is maintained, visitors are served and nobody else is."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from litestar.routes import HTTPRoute

from app import maintenance
from app.settings import Settings
from app.tables import Message, Organization
from tests.application import application

SERVED_PROGRAMS = {
    "/api/openapi.json",
    "/livez",
    "/metrics",
    "/readyz",
    "/.well-known/security.txt",
    "/api/v1/leavemsg/mail/inbound",
    "/api/v1/leavemsg/presence",
    "/api/v1/leavemsg/messages",
}
"""Besides everything that visitors' pages and the widget ask for."""
OF_VISITORS = ("/w/", "/f/", "/embed/", "/static/", "/inbound/", "/favicon", "/docs", "/llms.txt")


@pytest.fixture
async def maintained(org: Organization) -> AsyncIterator[None]:
    await maintenance.switch(on=True)
    yield
    await maintenance.switch(on=False)


@pytest.mark.usefixtures("maintained")
async def test_every_route_of_members_and_programs_waits(
    visitor: httpx.AsyncClient, configure: Callable[..., Settings]
) -> None:
    served = set()
    for route in application(configure()).routes:
        if not isinstance(route, HTTPRoute):
            continue
        path = "".join(
            f"/{uuid.uuid4().hex}" if not isinstance(part, str) else f"/{part}"
            for part in route.path_components
        )
        for method in sorted(route.methods - {"OPTIONS", "HEAD"}):
            answer = await visitor.request(method, path or "/")
            if answer.status_code != 503:
                served.add(route.path)

    programs = {path for path in served if path.startswith("/api/")} - SERVED_PROGRAMS
    assert {path for path in programs if not path.endswith("/presence")} == set()
    pages = {path for path in served if not path.startswith("/api/")} - SERVED_PROGRAMS
    assert {path for path in pages if not path.startswith(OF_VISITORS)} == set()
    assert served >= {"/docs/api", "/llms.txt", "/api/openapi.json", "/api/v1/leavemsg/messages"}


@pytest.mark.usefixtures("maintained")
async def test_a_visitor_leaves_a_message_and_a_program_too(
    visitor: httpx.AsyncClient,
) -> None:
    said = {"visitor": {"phone": "13800138000"}, "message": {"content": "while it rests"}}
    left = await visitor.post("/api/v1/leavemsg/messages", json=said)

    assert left.status_code == 201, left.text
    assert (await visitor.get("/w/default")).status_code == 200
    assert await Message.count() == 1


@pytest.mark.usefixtures("maintained")
async def test_a_member_is_told_in_words_and_a_program_when_to_ask_again(
    visitor: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    page = await visitor.get("/inbox", headers={"Accept-Language": "zh-CN"})
    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert "正在维护" in page.text

    answer = await api.get("/api/v1/leavemsg/query/org")
    assert (answer.status_code, answer.json()["code"]) == (503, "maintenance")
    assert answer.headers["Retry-After"] == "60"


async def test_afterwards_everybody_is_served_again(
    visitor: httpx.AsyncClient, api: httpx.AsyncClient, org: Organization
) -> None:
    await maintenance.switch(on=True)
    assert (await api.get("/api/v1/leavemsg/query/org")).status_code == 503
    assert (await visitor.get("/login")).status_code == 503
    await maintenance.switch(on=False)

    assert (await api.get("/api/v1/leavemsg/query/org")).status_code == 200
    assert (await visitor.get("/login")).status_code < 400
