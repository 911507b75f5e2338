"""接口参考: the page of the API."""

from __future__ import annotations

import re

import httpx
import pytest

from web.api import openapi

# It asks no database.
pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


async def test_anybody_reads_it_in_their_language(visitor: httpx.AsyncClient) -> None:
    chinese = await visitor.get("/docs/api", headers={"Accept-Language": "zh-CN"})
    english = await visitor.get("/docs/api?lang=en")

    assert (chinese.status_code, english.status_code) == (200, 200)
    assert "接口参考" in chinese.text
    assert "API reference" in english.text
    # axe takes a minute for so long a page, so no browser looks at it each time.
    assert english.text.count("<h1>") == 1
    assert 'href="#main"' in english.text
    assert '<section class="operation" aria-' not in english.text
    assert (await visitor.get("/docs")).headers["location"] == "/docs/api"
    again = await visitor.get(
        "/docs/api?lang=en", headers={"If-None-Match": english.headers["etag"]}
    )
    assert (again.status_code, again.text) == (304, "")


async def test_every_operation_and_type_can_be_linked(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get("/docs/api?lang=en")).text
    document = (await visitor.get(openapi.PATH)).json()

    places = re.findall(r'\bid="([^"]+)"', text)
    assert len(places) == len({*places})
    wanted = {op["operationId"] for path in document["paths"].values() for op in path.values()}
    wanted |= {f"type-{name}" for name in document["components"]["schemas"]}
    assert wanted <= {*places}
    assert {each[1:] for each in re.findall(r'href="(#[^"]+)"', text)} <= {*places}


async def test_it_loads_nothing_of_anybody_else(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/docs/api")

    loaded = re.findall(r'<(?:script|link|img)[^>]*\b(?:src|href)="([^"]+)"', answer.text)
    assert loaded
    assert all(each.startswith("/static/") for each in loaded)
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert "script-src" in answer.headers["content-security-policy"]


async def test_models_are_told_where_things_stand(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/llms.txt")

    assert answer.headers["content-type"].startswith("text/plain")
    title, _, about, *_ = answer.text.splitlines()
    assert (title, about[:2]) == ("# Leavemsg", "> ")
    assert answer.text.count("/leavemsg/mcp") == 1
    links = re.findall(r"\]\(http://localhost:8080(/[^)?#]*)(?:\?lang=en)?(#[^)]+)?\)", answer.text)
    assert len(links) == answer.text.count("](") > 15
    page = (await visitor.get("/docs/api?lang=en")).text
    for path in {path for path, _ in links}:
        assert (await visitor.get(path)).status_code == 200
    for _, place in links:
        assert not place or f'id="{place[1:]}"' in page
