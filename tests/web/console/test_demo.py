"""The page of an imaginary shop."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import msgspec

from app import settings
from app.tables import Organization
from tests.application import application
from tests.web.reading import Page


async def test_who_is_not_signed_in_is_asked_to(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/demo/default")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


async def test_it_carries_the_widget_of_the_organization(client: httpx.AsyncClient) -> None:
    answer = await client.get("/demo/default?side=left&accent=%23aa0000&theme=dark&show=always")
    [script] = Page(answer).attributes("script")

    assert (script["src"], script["data-lm-site"]) == ("/embed/v1.js", "default")
    assert (script["data-lm-side"], script["data-lm-accent"]) == ("left", "#aa0000")


async def test_what_is_no_choice_is_left_out(client: httpx.AsyncClient) -> None:
    answer = await client.get('/demo/default?side=up&accent=red"><script>&theme=x&z=1')
    [script] = Page(answer).attributes("script")

    assert set(script) == {"async", "src", "data-lm-site"}


async def test_only_our_own_pages_may_frame_it(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/demo/default")).headers["content-security-policy"]

    assert policy.endswith("frame-ancestors 'self'")


async def test_another_organizations_is_not_there(
    client: httpx.AsyncClient, other_org: Organization
) -> None:
    assert (await client.get("/demo/other")).status_code == 404


async def test_where_the_product_demonstrates_itself_it_is_open(
    org: Organization, configure: Callable[..., settings.Settings]
) -> None:
    settings.use(msgspec.structs.replace(configure(), demo=True))
    app = application(settings.current())
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as anyone:
        assert (await anyone.get("/demo/default")).status_code == 200
        assert (await anyone.get("/demo/nowhere")).status_code == 404
