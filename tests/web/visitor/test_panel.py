"""The form in the panel of a host page: who may frame it, what the page may add."""

from __future__ import annotations

import httpx
import pytest

from app import widget
from app.tables import Message, Organization
from app.widget.identity import signature
from tests.web.reading import Page

PANEL = "/w/default?embed=1&o=https%3A%2F%2Fwww.shop.example%2Fa"
ANSWERS = {"content": "我想咨询一下产品价格", "phone": "13800138000"}
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def ancestors(answer: httpx.Response) -> str:
    return answer.headers["content-security-policy"].rpartition("frame-ancestors ")[2]


async def sent(visitor: httpx.AsyncClient, **more: str) -> httpx.Response:
    values = Page(await visitor.get(PANEL)).values
    return await visitor.post(PANEL, data={**values, **ANSWERS, **more})


async def the_message() -> Message:
    row = await Message.objects().first()
    assert row is not None
    return row


async def test_the_allowed_sites_are_the_frame_ancestors_of_every_page(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await widget.restrict(org.id, ["https://www.shop.example", "https://*.b.example"], by="x")
    expected = "'self' https://www.shop.example https://*.b.example"

    assert ancestors(await visitor.get(PANEL)) == expected
    assert ancestors(await visitor.post(PANEL, data={}, headers=HTMX)) == expected
    done = await sent(visitor)
    assert ancestors(await visitor.get(done.headers["location"])) == expected
    assert ancestors(await visitor.get("/w/default/r/LM-XXXXXX")) == expected


async def test_until_a_site_is_listed_only_our_own_pages_frame_it(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    assert ancestors(await visitor.get(PANEL)) == "'self'"
    await widget.save(org.id, {"embedding": "any"}, by="x")
    assert ancestors(await visitor.get(PANEL)) == "*"


async def test_an_unknown_organization_is_framed_by_nobody_else(
    visitor: httpx.AsyncClient,
) -> None:
    assert ancestors(await visitor.get("/w/nowhere")) == "'self'"


async def test_the_sites_of_one_are_not_those_of_another(
    visitor: httpx.AsyncClient, org: Organization, other_org: Organization
) -> None:
    await widget.restrict(org.id, ["https://www.shop.example"], by="x")

    assert "shop" not in ancestors(await visitor.get("/w/other"))


async def test_a_theme_of_the_host_page_stays_on_the_next_pages(
    visitor: httpx.AsyncClient,
) -> None:
    page = Page(await visitor.get(f"{PANEL}&theme=dark"))

    assert page.attributes("html")[0]["data-theme"] == "dark"
    assert "theme=dark" in page.attributes("form")[0]["action"]
    assert "data-theme" not in Page(await visitor.get(f"{PANEL}&theme=x")).attributes("html")[0]


async def test_only_the_panel_has_places_for_what_the_page_adds(
    visitor: httpx.AsyncClient,
) -> None:
    assert "signature" in Page(await visitor.get(PANEL)).values
    assert "signature" not in Page(await visitor.get("/w/default")).values


async def test_a_right_signature_makes_a_verified_message(
    visitor: httpx.AsyncClient, org: Organization, client: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    secret = await widget.replace_identity(org.id, on=True, by="x")
    await sent(visitor, external_id="user-42", signature=signature(secret, "user-42"))
    row = await the_message()

    assert row.external_id == "user-42"
    page = Page(await client.get(f"/inbox/{row.id}"))
    assert "已验证身份 : user-42" in page.words.replace("身份:", "身份 :")
    assert (await client.get("/inbox?q=user-42")).text.count("我想咨询一下产品价格") == 1
    shown = (await api.get(f"/api/v1/leavemsg/messages/{row.id}")).json()
    assert shown["external_id"] == "user-42"


@pytest.mark.parametrize("given", ["", "0" * 64, "x"])
async def test_without_it_the_id_is_no_fact(
    visitor: httpx.AsyncClient, org: Organization, client: httpx.AsyncClient, given: str
) -> None:
    await widget.replace_identity(org.id, on=True, by="x")
    answer = await sent(visitor, external_id="user-42", signature=given)
    row = await the_message()

    assert answer.status_code == 303
    assert row.external_id == ""
    assert "user-42" not in (await client.get(f"/inbox/{row.id}")).text


async def test_hidden_values_arrive_when_they_are_allowed(
    visitor: httpx.AsyncClient, org: Organization, client: httpx.AsyncClient
) -> None:
    await widget.save(org.id, {"context": "order_no"}, by="x")
    await sent(visitor, context='{"order_no":"20261120-88","is_admin":"yes"}')
    row = await the_message()

    assert row.fields == '{"order_no":"20261120-88"}'
    assert "20261120-88" in (await client.get(f"/inbox/{row.id}")).text


async def test_hidden_values_that_nobody_allowed_are_dropped(visitor: httpx.AsyncClient) -> None:
    await sent(visitor, context='{"order_no":"20261120-88"}')

    assert (await the_message()).fields == "{}"


async def test_nonsense_in_them_costs_nobody_a_message(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await widget.save(org.id, {"context": "order_no"}, by="x")
    answer = await sent(visitor, context="{" * 5000, external_id="\x00", signature="é")

    assert answer.status_code == 303
