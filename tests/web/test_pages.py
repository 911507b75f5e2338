"""What people are told when something goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import database, outside
from app.settings import Settings
from tests.web.reading import Page
from web import pages
from web.asgi import create_app

STATUSES = (403, 404, 405, 413, 429, 500, 503)


@pytest.fixture
async def lost(configure: Callable[..., Settings], tmp_path: Path) -> httpx.AsyncClient:
    """A client of a product whose database is away."""
    database.use(database.make("", str(tmp_path / "missing" / "no.sqlite")))
    app: Any = create_app(configure(), outside.egress())
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8080")


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_words(status: int) -> None:
    heading, advice = pages.TEXTS[status]

    assert heading
    assert advice.endswith(".")


async def test_a_page_that_is_not_there(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/nothing", headers={"accept-language": "en"})
    page = Page(answer)

    assert answer.status_code == 404
    assert page.language == "en"
    assert "There is nothing here" in page.title
    assert "/" in page.links()
    assert len(page.attributes("h1")) == 1


async def test_the_wrong_method(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.delete("/login")

    assert answer.status_code == 405
    assert "不能这样打开" in answer.text


async def test_a_page_without_a_database(lost: httpx.AsyncClient) -> None:
    answer = await lost.get("/w/default")
    page = Page(answer)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "没有丢失或改动任何内容" in page.words
    assert "/w/default" in page.links()
    assert answer.headers["x-request-id"] in page.words


async def test_htmx_gets_a_toast_and_the_page_stays(lost: httpx.AsyncClient) -> None:
    answer = await lost.get("/w/default", headers={"HX-Request": "true"})

    assert answer.status_code == 503
    assert answer.text.strip().startswith('<hx-partial hx-target="#notices"')
    assert "<html" not in answer.text


async def test_too_much_at_once(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/w/default", data={"content": "x" * 100_000})

    assert answer.status_code == 413
    assert "一次提交太多" in answer.text


async def test_a_visitor_is_not_sent_to_the_console(visitor: httpx.AsyncClient) -> None:
    page = Page(await visitor.get("/w/nobody"))

    assert page.links() == []


async def test_nothing_that_was_asked_is_repeated(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/<script>alert(1)</script>?x=<b>")

    assert "alert(1)" not in answer.text
