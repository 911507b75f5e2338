"""Signing in as people do: with a password manager and the clipboard, too often wrong, and in the
middle of a note, with a second factor in the way."""

from __future__ import annotations

import time

import pyotp
from playwright.async_api import Page, expect

from app.people import sessions
from app.people.factors import totp
from tests.browser.conftest import Open
from tests.browser.product import EMAIL, PASSWORD, Product, database_of
from tests.browser.widget.conftest import DESKTOP

NOTE = "已回电，周三再打"
STATUSES = r"\b(?:40[13]|422|429)\b"


async def with_app(product: Product) -> str:
    """The secret of the owner's authenticator app."""
    async with database_of(product.process):
        found = await sessions.find(product.session)
        assert found
        await totp.begin(found.account.id)
        secret = await totp.begun(found.account.id)
        before = pyotp.TOTP(secret).at(int(time.time()) - totp.SECONDS)
        assert await totp.confirm(found.account.id, before)
    return secret


async def paste(page: Page, field: str, text: str) -> None:
    """As from the clipboard."""
    await page.focus(field)
    await page.evaluate(
        """([field, text]) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const pasted = new ClipboardEvent("paste", { clipboardData: data, cancelable: true });
          if (document.querySelector(field).dispatchEvent(pasted)) {
            document.execCommand("insertText", false, text);
          }
        }""",
        [field, text],
    )


async def try_with(page: Page, email: str, password: str) -> str:
    """What the page says afterwards."""
    await page.fill("#email", email)
    await paste(page, "#password", password)
    await page.get_by_role("button", name="登录", exact=True).click()
    await page.wait_for_load_state()
    return await page.locator(".note.err").inner_text()


async def test_wrong_ones_tell_nothing_and_then_it_counts_down(open_page: Open) -> None:
    page = await open_page("/login?next=https://evil.example/", expects=STATUSES)
    assert await page.get_attribute("#email", "autocomplete") == "username"
    assert await page.get_attribute("#password", "autocomplete") == "current-password"
    said = {
        await try_with(page, email, "wrong horse 99") for email in ("nobody@shop.example", EMAIL)
    }
    assert len(said) == 1
    for _ in range(4):
        await try_with(page, EMAIL, "wrong horse 99")
    await try_with(page, EMAIL, "wrong horse 99")
    left = page.locator("[data-countdown]")
    first = await left.inner_text()
    await expect(left).not_to_have_text(first)


async def test_a_page_elsewhere_is_never_the_next_one(open_page: Open, product: Product) -> None:
    page = await open_page("/login?next=https://evil.example/", expects=STATUSES)
    await page.fill("#email", EMAIL)
    await paste(page, "#password", PASSWORD)
    await page.get_by_role("button", name="登录", exact=True).click()
    await page.wait_for_url(f"{product.url}/inbox")


async def test_a_note_outlives_a_sign_in_of_two_steps(open_page: Open, product: Product) -> None:
    uid, secret = product.leave("我想咨询一下产品价格"), await with_app(product)
    page = await open_page(f"/inbox/{uid}", signed_in=True, expects=STATUSES, viewport=DESKTOP)
    await page.click("text=内部备注")
    await page.fill("#note", NOTE)
    await page.context.clear_cookies(name="sid")
    await page.click("button[value=phone]")
    async with page.expect_popup() as opened:
        await page.click(".toast a")
    tab = await opened.value
    await tab.fill("#email", EMAIL)
    await tab.fill("#password", PASSWORD)
    await tab.get_by_role("button", name="登录", exact=True).click()
    await paste(tab, "#code", pyotp.TOTP(secret).now())
    await tab.get_by_role("button", name="登录", exact=True).click()
    await tab.wait_for_url(f"**/inbox/{uid}")

    await expect(page.locator("#note")).to_have_value(NOTE)
    async with page.expect_response(lambda said: said.url.endswith("/handle")) as sent:
        await page.click("button[value=phone]")
    # Unless the page has heard of the new session by itself meanwhile, as it does twice a minute.
    if (await sent.value).status == 403:
        await page.click("button[value=phone]")
    await expect(page.locator(".was .quote")).to_have_text(NOTE)
