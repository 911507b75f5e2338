"""The console as people who work there use it: what they wrote is never lost, and what
was just done can be put away."""

from __future__ import annotations

import httpx
from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.product import Product
from tests.browser.widget.conftest import DESKTOP
from tests.processes import TLS

NOTE = "已回电，周三再打"


def leave(product: Product) -> str:
    body = {
        "org": product.slug,
        "visitor": {"name": "张三", "phone": "13800138000"},
        "message": {"content": "我想咨询一下产品价格"},
    }
    answer = httpx.post(f"{product.url}/api/v1/leavemsg/messages", json=body, verify=TLS)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["uid"])


async def write_note(page: Page) -> None:
    await page.click("text=内部备注")
    await page.fill("#note", NOTE)


async def ends(page: Page) -> None:
    await page.context.clear_cookies(name="sid")


async def test_a_note_outlives_a_sign_in_in_another_tab(open_page: Open, product: Product) -> None:
    uid = leave(product)
    page = await open_page(f"/inbox/{uid}", signed_in=True, expects=r"\b40[13]\b", viewport=DESKTOP)
    await write_note(page)
    await ends(page)
    await page.click("button[value=phone]")
    await expect(page.locator(".toast a")).to_be_visible()
    # All owners here have one address, so that the form could not tell whose this is.
    await page.context.add_cookies([await product.other_session()])
    await page.click("button[value=phone]")
    kept, done = page.locator(".toast", has_text="写好的内容会保留"), page.locator(".was .quote")
    await expect(kept.or_(done).first).to_be_visible()
    # Unless the page has heard of the new session by itself meanwhile, as it does twice a minute.
    if not await done.count():
        await page.click("button[value=phone]")
    await expect(done).to_have_text(NOTE)


async def test_undo_brings_the_note_back(open_page: Open, product: Product) -> None:
    uid = leave(product)
    page = await open_page(f"/inbox/{uid}", signed_in=True, viewport=DESKTOP)
    await write_note(page)
    await page.click("button[value=phone]")
    await page.click(".toast form button")
    await expect(page.locator("#note")).to_have_value(NOTE)


async def test_who_comes_second_keeps_the_note(open_page: Open, product: Product) -> None:
    uid = leave(product)
    page = await open_page(f"/inbox/{uid}", signed_in=True, expects=r"\b409\b", viewport=DESKTOP)
    await write_note(page)
    product.post(f"/inbox/{uid}/handle", outcome="email", note="first")
    await page.click("button[value=phone]")
    await expect(page.locator("#note")).to_have_value(NOTE)
    await expect(page.locator("#note-hint")).to_have_text("备注没有保存")
    await page.click(".note-side button")
    await expect(page.locator(".remark .quote")).to_have_text(NOTE)
    await expect(page.locator(".was .quote")).to_have_text("first")


async def test_who_comes_second_and_opens_it_again_has_both_notes(
    open_page: Open, product: Product
) -> None:
    uid = leave(product)
    page = await open_page(f"/inbox/{uid}", signed_in=True, expects=r"\b409\b", viewport=DESKTOP)
    await write_note(page)
    product.post(f"/inbox/{uid}/handle", outcome="email", note="first")
    await page.click("button[value=phone]")
    await page.click(".actions form[action*='/reopen'] button")
    await expect(page.locator("#note")).to_have_value(f"first\n{NOTE}")


async def test_one_toast_at_a_time_and_it_can_be_closed(open_page: Open, product: Product) -> None:
    uid = leave(product)
    page = await open_page(f"/inbox/{uid}", signed_in=True, viewport=DESKTOP)
    for _ in range(2):
        await page.click("button[value=phone]")
        await page.click(".actions form[action*='/reopen'] button")
        await page.wait_for_selector("button[value=phone]")
    await expect(page.locator(".toast")).to_have_count(1)
    await page.click(".toast [data-close]")
    await expect(page.locator(".toast")).to_have_count(0)
