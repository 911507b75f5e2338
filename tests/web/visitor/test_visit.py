"""What the address of a visitor's page says."""

from __future__ import annotations

import httpx
import pytest

from tests.web.reading import Page
from web.visitor import visit


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://shop.example/a?b=1", True),
        ("http://shop.example", True),
        ("", False),
        ("javascript:alert(1)", False),
        ("//shop.example", False),
        ("https://shop.example/" + "a" * 2000, False),
        ("http://[", False),
    ],
)
def test_only_addresses_of_the_web_are_kept(text: str, kept: bool) -> None:
    assert visit.web_address(text) == (text if kept else "")


async def test_a_plain_link_is_known_by_where_the_visitor_came_from(
    visitor: httpx.AsyncClient,
) -> None:
    page = Page(await visitor.get("/w/default", headers={"referer": "https://shop.example/a"}))

    assert page.values["page_url"] == "https://shop.example/a"


async def test_our_own_pages_are_not_where_a_visitor_came_from(
    visitor: httpx.AsyncClient,
) -> None:
    page = Page(await visitor.get("/w/default", headers={"referer": "http://localhost:8080/w/x"}))

    assert page.values["page_url"] == ""


async def test_changing_the_language_keeps_the_panel_and_the_page(
    visitor: httpx.AsyncClient,
) -> None:
    page = Page(await visitor.get("/w/default?embed=1&o=https%3A%2F%2Fshop.example%2Fa"))
    [english] = [found["href"] for found in page.attributes("a", lang="en")]

    assert english == "/w/default?lang=en&embed=1&o=https%3A%2F%2Fshop.example%2Fa"


async def test_the_panel_talks_to_the_host_s_origin_only(visitor: httpx.AsyncClient) -> None:
    page = Page(await visitor.get("/w/default?embed=1&o=https%3A%2F%2Fshop.example%3A8443%2Fa"))

    assert page.attributes("main")[0]["data-host"] == "https://shop.example:8443"
