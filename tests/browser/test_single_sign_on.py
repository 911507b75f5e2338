"""Signing in by a provider in a real browser, from the settings to the inbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.product import Product
from tests.fakes.openid import OpenidProvider
from tests.web.reading import Page as Answered

HERE = "/settings/sign-in/providers"


@pytest.fixture
async def openid() -> AsyncIterator[OpenidProvider]:
    async with OpenidProvider() as provider:
        yield provider


@pytest.fixture
async def page(browser: Browser, product: Product) -> AsyncIterator[Page]:
    """Without scripts: nothing of it needs any."""
    context = await browser.new_context(
        base_url=product.url, locale="zh-CN", java_script_enabled=False
    )
    yield await context.new_page()
    await context.close()


async def test_a_colleague_clicks_the_button_and_is_in(
    page: Page, product: Product, openid: OpenidProvider
) -> None:
    openid.people["韩梅梅"] = {
        "sub": "mei",
        "email": "mei@shop.example",
        "email_verified": True,
        "name": "韩梅梅",
    }
    await page.context.add_cookies([product.cookie])
    await page.goto(f"{HERE}/new/openid")
    back = await page.input_value("#redirect_uri")
    openid.client("lm", "s3cret", back)
    await page.fill("#name", "公司账号")
    await page.fill("#issuer", openid.url)
    await page.fill("#client_id", "lm")
    await page.fill("#secret", "s3cret")
    await page.check("#admits-listed")
    await page.fill("#domains", "shop.example")
    await page.click("[formaction$=test]")
    await expect(page.locator(".note.ok")).to_be_visible()
    await page.click("form.panel .primary")
    await expect(page.get_by_role("link", name="公司账号")).to_be_visible()

    await page.context.clear_cookies()
    await page.goto(f"/login?org={product.slug}&next=/deliveries")
    await page.get_by_role("link", name="公司账号").click()
    await expect(page).to_have_title("Provider")
    await page.get_by_role("button", name="韩梅梅").click()
    await expect(page).to_have_url(f"{product.url}/deliveries")
    assert {each["name"] for each in await page.context.cookies()} == {"sid", "device"}
    people = Answered(product.get("/settings/members"))
    assert "mei@shop.example" in people.words


async def test_who_goes_back_reads_why_and_can_choose_again(
    page: Page, product: Product, openid: OpenidProvider
) -> None:
    made = {"name": "公司账号", "issuer": openid.url, "client_id": "lm"}
    product.post(f"{HERE}/new/openid", **made)
    await page.goto(f"/login?org={product.slug}")
    href = await page.get_by_role("link", name="公司账号").get_attribute("href")
    assert href is not None
    openid.client("lm", "", f"{product.url}{urlsplit(href).path}/back")
    await page.get_by_role("link", name="公司账号").click()
    asked = dict(parse_qsl(urlsplit(page.url).query))
    assert asked["redirect_uri"] == f"{product.url}{urlsplit(href).path}/back"
    await page.locator("button[value='']").click()
    await expect(page.locator("[role=alert]")).to_contain_text("登录已在登录平台取消")
