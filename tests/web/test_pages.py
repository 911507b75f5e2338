"""What people are told when something goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import database, widget
from app.settings import Settings
from app.tables import Organization
from tests.application import application
from tests.web.reading import Page
from web import asgi, error_page

STATUSES = (403, 404, 405, 413, 429, 500, 503)


@pytest.fixture
async def lost(configure: Callable[..., Settings], tmp_path: Path) -> httpx.AsyncClient:
    """A client of a product whose database is away."""
    database.use(database.make("", str(tmp_path / "missing" / "no.sqlite")))
    app: Any = application(configure())
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8080")


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_words(status: int) -> None:
    heading, advice = error_page.TEXTS[status]

    assert heading
    assert advice.endswith(".")


async def test_a_page_that_is_not_there(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/nothing", headers={"accept-language": "en"})
    page = Page(answer)

    assert answer.status_code == 404
    assert page.language == "en"
    assert "There is no such page" in page.title
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
    assert "没有丢失任何内容" in page.words
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


PANEL = "/w/default?embed=1&o=https%3A%2F%2Fwww.shop.example%2Fa&lang=en"


def put_away(tmp_path: Path) -> None:
    database.use(database.make("", str(tmp_path / "missing" / "no.sqlite")))


async def test_in_the_panel_it_can_be_closed_tried_again_and_opened_elsewhere(
    lost: httpx.AsyncClient,
) -> None:
    page = Page(await lost.get(PANEL))

    assert page.language == "en"
    assert [each["aria-label"] for each in page.attributes("button")] == ["Close"]
    assert page.attributes("main")[0]["data-host"] == "https://www.shop.example"
    assert page.links() == [PANEL, "/w/default?lang=en"]


async def test_what_cannot_be_repeated_by_a_link_leads_back_to_the_form(
    visitor: httpx.AsyncClient,
) -> None:
    page = Page(await visitor.post(PANEL, data={"content": "x" * 100_000}))

    assert page.links() == [PANEL_AGAIN, "/w/default?lang=en"]


PANEL_AGAIN = "/w/default?lang=en&embed=1&o=https%3A%2F%2Fwww.shop.example%2Fa"


async def test_errors_are_framed_by_the_sites_that_were_last_known(
    visitor: httpx.AsyncClient, org: Organization, tmp_path: Path
) -> None:
    """Else the browser would put a page of its own into the panel."""
    await widget.restrict(org.id, ["https://www.shop.example"], by="x")
    await visitor.get(PANEL)
    expected = "frame-ancestors 'self' https://www.shop.example"

    too_large = await visitor.post(PANEL, data={"content": "x" * 100_000})
    wrong_method = await visitor.put(PANEL)
    gone = await visitor.get("/w/default/nothing/here?embed=1")
    put_away(tmp_path)
    away = [await visitor.get(PANEL), await visitor.post(PANEL, data={"content": "x"})]

    answers = [too_large, wrong_method, gone, *away]
    assert [answer.status_code for answer in answers] == [413, 405, 404, 503, 503]
    for answer in answers:
        assert answer.headers["content-security-policy"].endswith(expected)
        assert "Traceback" not in answer.text


async def test_who_was_never_known_is_framed_by_nobody_else(lost: httpx.AsyncClient) -> None:
    policy = (await lost.get(PANEL)).headers["content-security-policy"]

    assert policy.endswith("frame-ancestors 'self'")


@pytest.mark.parametrize(
    "path",
    ["/settings/nowhere", "/settings/a/b/c", "/inbox/nobody", "/inbox/a/b", "/deliveries/x/y"],
)
async def test_what_is_not_there_keeps_the_ways_to_everywhere_else(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    page = Page(answer)

    assert answer.status_code == 404
    assert "页面不存在" in page.words
    assert {"/inbox", "/deliveries", "/settings"} <= set(page.links())


def test_whatever_scrolls_can_be_reached_by_keyboard() -> None:
    boxes = re.compile(r'<pre(?! class="said")[^>]*>|<div class="(?:scrolls|wide|tries)"[^>]*>')
    for path in (Path(asgi.__file__).parent / "templates").rglob("*.html"):
        for box in boxes.findall(path.read_text(encoding="utf-8")):
            assert 'tabindex="0"' in box, (path.name, box)
