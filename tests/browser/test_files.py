"""A visitor sends a photo from the phone, and the team sees it."""

from __future__ import annotations

from playwright.async_api import Page, Route, expect

from tests.app.files.pictures import photo, picture
from tests.browser.conftest import Open
from tests.browser.product import FORM, Product
from tests.browser.visitor import RECEIPT, TEXT, fill, flaws, send

PHOTO = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": photo()}
PAGE = {"name": "page.jpg", "mimeType": "image/jpeg", "buffer": b"<html>"}
CHOSEN = "[data-files] li"


def takes_pictures(product: Product) -> None:
    product.add_field("files", takes_pictures="on")
    product.publish()


async def choose(page: Page, *files: object) -> None:
    async with page.expect_file_chooser() as chooser:
        await page.click("text=选择文件")
    await (await chooser.value).set_files(list(files))  # type: ignore[arg-type]


async def test_photos_go_ahead_and_what_is_refused_is_said(
    open_page: Open, product: Product
) -> None:
    takes_pictures(product)
    page = await open_page(FORM, expects="422")
    await choose(page, PHOTO, PAGE)
    await expect(page.locator(CHOSEN).nth(0)).to_contain_text("✓")
    await expect(page.locator(CHOSEN).nth(1)).to_contain_text("这里不收这种文件")
    assert await flaws(page) == []
    await page.locator(CHOSEN).nth(1).get_by_text("移除").click()
    await fill(page)
    await send(page)
    await page.wait_for_selector(RECEIPT)
    [message] = product.messages()
    assert message["files"] == 1
    desk = await open_page(f"/inbox/{message['uid']}", signed_in=True)
    shown = desk.locator(".files img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("(one) => one.complete && one.naturalWidth") == 48


async def test_the_message_waits_for_a_file_and_goes_without_one_that_never_comes(
    open_page: Open, product: Product
) -> None:
    takes_pictures(product)
    page = await open_page(FORM, expects="ERR_|Failed")
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await page.route("**/files?*", hold)
    await choose(page, PHOTO, {**PHOTO, "name": "second.png", "buffer": picture("PNG")})
    await fill(page)
    await send(page)
    await expect(page.locator("[data-said]")).to_contain_text("文件传完后")
    assert product.messages() == []
    await page.locator(CHOSEN).nth(1).get_by_text("移除").click()
    await held[0].continue_()
    await page.wait_for_selector(RECEIPT)
    [message] = product.messages()
    assert (message["message"]["content"], message["files"]) == (TEXT, 1)
