"""System settings, website widget."""

from __future__ import annotations

import re

import httpx
import pytest

from app import widget
from app.languages import LANGUAGES
from app.tables import Audit, Organization
from app.widget import Setup
from app.widget.seen import record
from tests.web.reading import Page

HERE = "/settings/widget"


async def saved(client: httpx.AsyncClient, **changes: str) -> httpx.Response:
    values = Page(await client.get(HERE)).values
    values.pop("embedding", None)
    return await client.post(HERE, data={**values, **changes})


async def setup_of(org: Organization) -> Setup:
    widget.forget(org.id)
    return await widget.read(org.id)


async def test_the_form_of_a_new_organization_is_shown_by_nobody_else(
    client: httpx.AsyncClient,
) -> None:
    page = Page(await client.get(HERE))

    assert "frame-ancestors 'self'" in page.words
    assert page.values["embedding"] == "listed"
    assert "任何网站都能展示这个表单" not in page.words


async def test_a_site_that_loads_it_is_allowed_by_one_click(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await widget.restrict(org.id, ["https://old.example"], by="x")
    await record(org.id, "https://www.shop.example")
    page = Page(await client.get(HERE))
    assert "有 1 个网站装了代码但还未允许" in page.words
    (box,) = page.attributes("input", name="origin")

    answer = await client.post(f"{HERE}/allow", data={"origin": box["value"]})

    page = Page(await client.get(answer.headers["location"]))
    assert "frame-ancestors 'self' https://old.example https://www.shop.example" in page.words
    assert "装了代码但还未允许" not in page.words


async def test_what_is_no_site_cannot_be_allowed(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{HERE}/allow", data={"origin": "x; script-src *"})

    assert answer.status_code == 422
    assert "frame-ancestors 'self'" in Page(answer).words


async def test_any_site_is_a_choice_with_a_warning_and_a_way_back(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await client.post(HERE, data={**Page(await client.get(HERE)).values, "embedding": "any"})
    page = Page(await client.get(HERE))
    assert "任何网站都能展示这个表单" in page.words
    assert "frame-ancestors *" in page.words
    await record(org.id, "https://www.shop.example")
    await record(org.id, "https://stranger.example")
    page = Page(await client.get(HERE))
    boxes = page.attributes("input", type="checkbox")
    assert {box["value"] for box in boxes} == {
        "https://www.shop.example",
        "https://stranger.example",
    }

    ours = next(box for box in boxes if "shop" in box["value"])
    answer = await client.post(f"{HERE}/restrict", data={ours["name"]: ours["value"]})

    assert answer.headers["location"] == f"{HERE}?done=restricted"
    page = Page(await client.get(answer.headers["location"]))
    assert "frame-ancestors 'self' https://www.shop.example" in page.words
    assert "任何网站都能展示这个表单" not in page.words
    assert "不在列表中" in page.words


async def test_everything_is_saved_and_shown_again(
    client: httpx.AsyncClient, org: Organization
) -> None:
    answer = await saved(
        client,
        name="好茶铺",
        hosts="https://www.shop.example\nhttps://*.shop.example",
        **{"label_zh-CN": "联系我们", "label_en": "Contact"},
        side="left",
        accent="#AA0000",
        theme="dark",
        show="always",
        online="link",
        chat_link="https://chat.shop.example/",
        phone="400-800-1234",
        email="hello@shop.example",
        wechat="微信：shop_01",
        context="order_no\nplan",
    )

    assert answer.status_code == 303
    setup = await setup_of(org)
    assert (setup.embedding, setup.accent, setup.context) == (
        "listed",
        "#aa0000",
        ("order_no", "plan"),
    )
    page = Page(await client.get(HERE))
    assert page.values["name"] == "好茶铺"
    assert (page.values["label_zh-CN"], page.values["label_en"]) == ("联系我们", "Contact")
    assert page.values["hosts"] == "https://www.shop.example\nhttps://*.shop.example"
    assert page.values["chat_link"] == "https://chat.shop.example/"
    assert page.values["wechat"] == "shop_01"


async def test_every_fault_is_told_at_once_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, org: Organization
) -> None:
    answer = await saved(
        client,
        name="",
        hosts="https://a.example; script-src *",
        accent="red",
        online="link",
        chat_link="javascript:alert(1)",
        email="nobody",
        phone="12",
        wechat="微信",
        **{"label_zh-CN": "一" * 25},
    )
    page = Page(answer)

    assert answer.status_code == 422
    links = {
        "#name",
        "#hosts",
        "#accent",
        "#chat_link",
        "#email",
        "#phone",
        "#wechat",
        "#label_zh-CN",
    }
    assert links <= set(page.links())
    assert page.values["hosts"] == "https://a.example; script-src *"
    assert await setup_of(org) == Setup()


async def test_nul_in_a_setting_is_dropped(client: httpx.AsyncClient, org: Organization) -> None:
    answer = await saved(client, label_en="As\0k us", hosts="https://shop\0.example")
    assert answer.status_code == 303
    assert (await setup_of(org)).labels == {"en": "Ask us"}


async def test_a_change_is_in_the_audit_log(client: httpx.AsyncClient, org: Organization) -> None:
    await saved(client, side="left", name="好茶铺")

    found = await Audit.select(Audit.action, Audit.detail).order_by(Audit.at)
    details = {row["action"]: row["detail"] for row in found}
    assert details == {"widget.changed": "side", "organization.renamed": ""}


async def test_the_secret_is_shown_once(client: httpx.AsyncClient, org: Organization) -> None:
    answer = await client.post(f"{HERE}/identity", data={})
    [secret] = set(re.findall(r'data-copy="([\w-]{43})"', answer.text))

    assert secret not in (await client.get(HERE)).text
    assert secret not in (await setup_of(org)).identity
    assert "使用中" in Page(answer).words


async def test_the_secret_can_be_removed(client: httpx.AsyncClient, org: Organization) -> None:
    await client.post(f"{HERE}/identity", data={})
    await client.post(f"{HERE}/identity", data={"to": "off"})

    assert (await setup_of(org)).identity == ""


async def test_snippets_are_ready_to_paste(client: httpx.AsyncClient) -> None:
    page = Page(await client.get(HERE))
    code = [found["data-copy"] for found in page.attributes("button") if "data-copy" in found]

    assert (
        '<script async src="http://localhost:8080/embed/v1.js" data-lm-site="default"></script>'
        in code
    )
    assert any('integrity="sha384-' in each and 'crossorigin="anonymous"' in each for each in code)
    assert any("frame-src http://localhost:8080" in each for each in code)
    assert any("<web-view" in each for each in code)
    assert any(
        '<form action="http://localhost:8080/f/default" method="post">' in each for each in code
    )


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_it_speaks_both_languages(client: httpx.AsyncClient, language: str) -> None:
    page = Page(await client.get(f"{HERE}?lang={language}"))

    assert page.language == language
    assert ("Website widget" in page.words) is (language == "en")


async def test_another_organization_sees_nothing_of_it(
    client: httpx.AsyncClient, other_org: Organization
) -> None:
    await record(other_org.id, "https://other.example")
    await widget.save(other_org.id, {"hosts": "https://other.example"}, by="x")

    assert "other.example" not in (await client.get(HERE)).text


async def test_the_button_has_a_text_in_every_language(
    client: httpx.AsyncClient, org: Organization
) -> None:
    texts = {f"label_{tag}": f"Ask {number}" for number, tag in enumerate(LANGUAGES)}
    assert (await saved(client, **texts)).status_code == 303
    page = Page(await client.get(HERE))
    assert {name: page.values[name] for name in texts} == texts
    assert list((await setup_of(org)).labels) == list(LANGUAGES)
    await saved(client, **dict.fromkeys(texts, ""))
    assert (await setup_of(org)).labels == {}
