"""The script for host pages."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re

import httpx
import pytest

from tools import faces
from web.visitor import script
from web.visitor.script import FOLDER, scripts, version

GOAL_BYTES = 5000
PARTS = [faces.SOURCES / "embed.js", *sorted((faces.SOURCES / "embed").glob("*.js"))]
SOURCE = "".join(path.read_text() for path in PARTS)


async def test_the_newest_is_kept_for_minutes(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/embed/v1.js")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=300, stale-while-revalidate=86400"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["content-encoding"] == "gzip"
    assert "set-cookie" not in answer.headers


async def test_a_version_is_kept_for_good_and_has_a_hash(visitor: httpx.AsyncClient) -> None:
    path, integrity = script.pinned()
    answer = await visitor.get(path)
    digest = base64.b64encode(hashlib.sha384(answer.content).digest()).decode()

    assert path == f"/embed/{version()}.js"
    assert integrity == f"sha384-{digest}"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.content == (await visitor.get("/embed/v1.js")).content


async def test_who_has_it_is_told_so(visitor: httpx.AsyncClient) -> None:
    etag = (await visitor.get("/embed/v1.js")).headers["etag"]
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = await visitor.get("/embed/v1.js", headers={"if-none-match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["access-control-allow-origin"] == "*"


async def test_who_cannot_unpack_gets_it_plain(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/embed/v1.js", headers={"accept-encoding": "identity"})

    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("name", ["v2.js", "0.0.1.js", "v1", "v1.css", "__init__.py", "..%2fx.js"])
async def test_nothing_else_is_served(visitor: httpx.AsyncClient, name: str) -> None:
    assert (await visitor.get(f"/embed/{name}")).status_code == 404


def test_it_is_small() -> None:
    assert len(scripts()["v1"].packed) <= GOAL_BYTES


def test_a_released_version_never_changes() -> None:
    kept = FOLDER / f"{version()}.js"

    assert not kept.exists() or kept.read_bytes() == scripts()["v1"].content


def test_it_builds_no_code_and_no_html() -> None:
    assert not re.search(r"\beval\b|new Function|innerHTML|outerHTML|insertAdjacent|srcdoc", SOURCE)
    assert not re.search(r"document\.(write|cookie)|\bd\.(write|cookie)|Storage\b", SOURCE)


def test_it_is_written_for_old_browsers() -> None:
    served = scripts()["v1"].content.decode()

    for text in (SOURCE, served):
        assert not re.search(r"\b(?:let|const|class|async|await)\s+\w|=>|`|\?\.|\?\?", text)


def test_the_answer_is_packed_well() -> None:
    found = scripts()["v1"]

    assert gzip.decompress(found.packed) == found.content
