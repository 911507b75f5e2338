"""Writing about a message: what is offered while one types, and what becomes of half a note."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import Open
from tests.browser.product import Product
from tests.browser.visitor import flaws
from tests.browser.watch import FAULTY

WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 720}}
OUT = r"^Failed to load resource: .*\b401\b"


async def test_colleagues_and_canned_replies_are_put_in_where_the_cursor_is(
    open_page: Open, product: Product
) -> None:
    await product.colleague("韩梅梅")
    await product.colleague("李雷")
    product.post("/settings/phrases", title="发货", text="{name}您好，两天内发货。")
    uid = product.leave("什么时候发货？")
    page = await open_page(f"/inbox/{uid}", signed_in=True, **WIDE)
    note, offered = page.locator("#note"), page.locator("#called li:not([hidden])")
    await page.click("label[for=side-note]")
    await note.focus()
    await page.keyboard.type("a@l")
    await expect(offered).to_have_count(0)
    await page.keyboard.type(" 请 @h")
    await expect(offered).to_contain_text(["@韩梅梅"])
    assert await flaws(page) == []
    await page.keyboard.press("Enter")
    await expect(note).to_have_value("a@l 请 @韩梅梅 ")
    await page.keyboard.type("和 @")
    await expect(offered).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Escape")
    await expect(page.locator("#called")).to_be_hidden()

    await note.fill("好的：。")
    await note.evaluate("field => field.setSelectionRange(3, 3)")
    await page.click(".note-side .phrases summary")
    await page.fill(".note-side .phrases input", "fh")
    await expect(page.locator("#phrases-note button")).to_have_count(1)
    assert await flaws(page) == []
    await page.click("#phrases-note button")
    await expect(note).to_have_value("好的：您好，两天内发货。。")
    await expect(note).to_be_focused()


async def test_half_a_note_stays_with_its_message_until_one_signs_out(
    open_page: Open, product: Product
) -> None:
    two, one = product.leave("二"), product.leave("一")
    # What is still on the wire when one signs out is refused.
    page = await open_page(f"/inbox/{one}", signed_in=True, expects=f"{FAULTY}|{OUT}", **WIDE)
    note = page.locator("#note")
    await page.click("label[for=side-note]")
    await note.fill("明天上午再")
    await page.reload()
    await expect(note).to_have_value("明天上午再")
    await page.click(f"#m-{two} > a")
    await expect(page.locator(f"[data-open='{two}']")).to_be_visible()
    await expect(note).to_have_value("")
    await page.click(f"#m-{one} > a")
    await expect(page.locator(f"[data-open='{one}']")).to_be_visible()
    await expect(note).to_have_value("明天上午再")
    await page.select_option("#care-priority", "high")
    await expect(page.locator(f"#m-{one}")).to_contain_text("高")
    await expect(note).to_have_value("明天上午再")
    await expect(note).to_be_visible()

    later = await product.other_session()
    await page.click(".account > summary")
    await page.click("form[action='/logout'] button")
    await page.wait_for_url("**/login")
    await page.context.add_cookies([later])
    await page.goto(f"/inbox/{one}")
    await expect(note).to_have_value("")


async def test_two_who_look_at_one_message_see_each_other(
    open_page: Open, product: Product
) -> None:
    uid = product.leave("一")
    mine = await open_page(f"/inbox/{uid}", signed_in=True, **WIDE)
    async with mine.expect_response("**/look"):
        pass
    theirs = await open_page("/login", **WIDE)
    await theirs.context.add_cookies([await product.colleague("韩梅梅")])
    await theirs.goto(f"/inbox/{uid}")
    await expect(theirs.locator("#lookers")).to_have_text("owner 正在查看")
    await expect(mine.locator("#lookers")).to_have_text("韩梅梅 正在查看")
