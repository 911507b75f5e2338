"""The files of static/."""

from __future__ import annotations

import httpx
import pytest

from web.http import assets

# Bytes over the wire. A page that grows past this needs a reason.
BUDGET = {
    "leave.bundle.css": 3_000,
    "js/visitor.js": 4_000,
    "vendor/htmx-4.0.1/htmx.core.js": 13_500,
    "console.bundle.css": 10_000,
    "js/console.js": 6_000,
}


async def test_a_file_is_kept_for_good_under_its_hash(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(assets.url("css/base.css"))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == (assets.FOLDER / "css/base.css").read_bytes()


async def test_who_cannot_unpack_gets_it_plain(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(assets.url("js/console.js"), headers={"accept-encoding": "identity"})

    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_who_has_it_is_told_so(visitor: httpx.AsyncClient) -> None:
    etag = (await visitor.get(assets.url("css/base.css"))).headers["etag"]
    answer = await visitor.get(assets.url("css/base.css"), headers={"if-none-match": etag})

    assert (answer.status_code, answer.content) == (304, b"")


async def test_an_older_hash_is_served_but_not_for_long(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/static/000000000000/css/base.css")

    assert answer.status_code == 200
    assert "immutable" not in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["x/../assets.py", "x/nothing.css", "x/vendor/MANIFEST.toml", "x//etc/passwd", "x/.."]
)
async def test_nothing_else_is_served(visitor: httpx.AsyncClient, path: str) -> None:
    assert (await visitor.get(f"/static/{path}")).status_code == 404


async def test_a_bundle_is_its_parts_without_what_is_for_people(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(assets.url("leave.bundle.css"))
    sources = [(assets.FOLDER / part).read_text() for part in assets.BUNDLES["leave.bundle.css"]]

    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "--bg:" in answer.text
    assert "/*" not in answer.text
    assert len(answer.text) < sum(map(len, sources))
    assert answer.text.count("{") == sum(source.count("{") for source in sources)


def test_every_style_is_in_a_bundle_or_of_one_page() -> None:
    """And none is in a bundle twice: the order of the parts decides which rule counts."""
    styles = {name for name in assets.assets() if name.startswith("css/")}
    bundled = [part for parts in assets.BUNDLES.values() for part in parts]

    assert {name for name in styles if not name.startswith("css/pages/")} <= set(bundled)
    assert all(len(parts) == len(set(parts)) for parts in assets.BUNDLES.values())


def test_an_icon_is_drawn_from_the_sprite() -> None:
    assert assets.shapes()["x"].startswith("<path")
    assert "<script" not in "".join(assets.shapes().values())


def test_a_wrong_name_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        assets.url("no-such-file.css")


@pytest.mark.parametrize(("name", "limit"), BUDGET.items())
def test_what_a_page_loads_stays_small(name: str, limit: int) -> None:
    assert len(assets.assets()[name].packed) <= limit
