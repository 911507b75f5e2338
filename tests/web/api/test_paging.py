"""Lists come in pages, found by walking the routes."""

from __future__ import annotations

from typing import Any

import httpx

from app import settings
from tests.application import application
from tests.web.api.test_conventions import gets
from tests.web.http.test_operation import BASE
from web.api import openapi


def test_every_list_has_pages(configure: Any) -> None:
    document = openapi.describe(application(settings.current()))
    for path, operation in gets().items():
        fields = getattr(operation.answer, "__struct_fields__", ())
        if not {"items", "blocks"} & set(fields):
            continue
        described = document["paths"][openapi.PARAMETER.sub(r"{\1}", path)]["get"]
        named = {each["name"] for each in described["parameters"]}
        assert {"next_cursor", "cursor"} & set(fields), path
        assert "limit" in named, path
        assert {"cursor", "after"} & named, path


async def test_a_short_list_is_cut_where_somebody_wants_pages(api: httpx.AsyncClient) -> None:
    for title in "cab":
        await api.post(f"{BASE}/phrases", json={"title": title, "text": "x"})
    whole = (await api.get(f"{BASE}/phrases")).json()
    assert ([each["title"] for each in whole["items"]], whole["next_cursor"]) == (
        ["a", "b", "c"],
        None,
    )
    found, address = [], f"{BASE}/phrases?limit=2"
    while address:
        page = await api.get(address)
        found += [each["title"] for each in page.json()["items"]]
        address = page.links.get("next", {}).get("url", "")
    assert found == ["a", "b", "c"]
    for query in ("cursor=nothing", "limit=0", "limit=x", "limt=2"):
        bad = await api.get(f"{BASE}/phrases?{query}")
        assert (bad.status_code, bad.headers["content-type"]) == (422, "application/problem+json")
        assert bad.json()["errors"][0]["pointer"] == f"/{query.partition('=')[0]}"
