"""The settings of the website widget: the preview, the legibility of its colour, and snippets that
work where they are pasted."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.shop import Shop
from tests.browser.widget.conftest import Visit

HERE = "/settings/widget"
DESKTOP = {"width": 1280, "height": 900}
PREVIEW = "#preview"


@pytest.fixture
async def settings(open_page: Open) -> Page:
    clipboard = ["clipboard-read", "clipboard-write"]
    return await open_page(HERE, signed_in=True, viewport=DESKTOP, permissions=clipboard)


def button(page: Page) -> Locator:
    return page.frame_locator(PREVIEW).locator("leave-message button.l")


async def style(locator: Locator, name: str) -> str:
    found: str = await locator.evaluate("(e, name) => getComputedStyle(e)[name]", name)
    return found


async def test_the_preview_follows_what_is_typed_and_nothing_is_saved(
    settings: Page, shop: Shop
) -> None:
    await expect(button(settings)).to_have_text("留言")
    await settings.fill("#label_zh-CN", "问问店主")
    await expect(button(settings)).to_have_text("问问店主")
    await settings.fill("#accent", "#aa0000")
    await expect(button(settings)).to_have_css("background-color", "rgb(170, 0, 0)")
    await settings.select_option("#side", "left")
    await expect(button(settings)).to_have_css("left", "20px")
    # Another page in the preview still has what was typed.
    await expect(button(settings)).to_have_text("问问店主")

    await settings.fill("#label_en", "Ask the owner")
    await expect(button(settings)).to_have_text("Ask the owner")

    assert "label_zh" not in httpx.get(f"{shop.form}/boot.json").json()


async def test_the_preview_stays_in_sight_of_whoever_changes_something(settings: Page) -> None:
    for size in ("电脑", "手机"):
        await settings.get_by_text(size, exact=True).click()
        await settings.get_by_label("显示按钮").scroll_into_view_if_needed()
        await expect(settings.locator(".stage")).to_be_in_viewport(ratio=1)


async def test_the_verdict_follows_the_colour(settings: Page) -> None:
    legibility = settings.locator("#legibility li")
    await expect(legibility.nth(1)).to_have_text("在白色页面上清晰：5.9:1")
    await settings.fill("#accent", "#ffe9a8")
    await expect(legibility.nth(1)).to_contain_text("至少")
    await expect(legibility.nth(1)).to_have_class("warn")
    await expect(legibility.nth(2)).to_have_class("ok")
    await expect(settings.locator("#accent-picker")).to_have_value("#ffe9a8")

    await settings.fill("#accent", "#ff")
    await expect(settings.locator("#accent-picker")).to_have_value("#ffe9a8")


async def test_the_preview_is_a_computer_or_a_phone_and_opens_the_form(settings: Page) -> None:
    frame = settings.frame_locator(PREVIEW)
    await expect(button(settings)).to_be_visible()
    assert await frame.locator("html").evaluate("() => innerWidth") == 960
    await settings.get_by_text("手机", exact=True).click()
    await expect(settings.locator("#size-phone")).to_be_checked()
    await expect(button(settings).locator("span")).to_be_hidden()

    assert await frame.locator("html").evaluate("() => innerWidth") == 390
    await settings.locator(".stage").scroll_into_view_if_needed()
    await button(settings).click()
    form = frame.frame_locator("iframe")
    await expect(form.locator("textarea[name=content]")).to_be_visible()


async def pasted(settings: Page, tab: str) -> list[str]:
    """What the copy buttons of a tab put into the clipboard."""
    await settings.get_by_text(tab, exact=True).click()
    found: list[str] = []
    for each in await settings.locator(".snippet:visible [data-copy]").all():
        await each.click()
        await expect(each).to_have_text("已复制")
        found.append(await settings.evaluate("navigator.clipboard.readText()"))
    return found


async def test_the_plain_snippets_work_where_they_are_pasted(
    settings: Page, visit: Visit, shop: Shop
) -> None:
    tag, link = await pasted(settings, "普通网站")
    guest = await visit(shop.page(tag=tag, body=link))
    await guest.launcher.wait_for()
    await guest.page.get_by_role("link").click()

    await guest.usable()


async def test_the_strict_snippets_work_together(settings: Page, visit: Visit, shop: Shop) -> None:
    policy, tag = await pasted(settings, "严格 CSP")
    assert 'integrity="sha384-' in tag
    strict = f"default-src 'none'; img-src data:; {policy}"
    guest = await visit(shop.page(tag=tag, headers={"Content-Security-Policy": strict}))

    await guest.open()


async def test_the_snippets_for_applications_work_in_their_order_and_the_other(
    settings: Page, visit: Visit, shop: Shop
) -> None:
    load, calls = await pasted(settings, "Vue · React")
    user = "const user = {name: '张三', email: 'a@b.example'};"
    for code in (f"{load}\n{user}{calls}", f"{user}{calls}\n{load}"):
        guest = await visit(shop.page(tag=f"<script>{code}</script>"))
        form = await guest.open()
        await form.wait_for_function("document.forms[0].elements.name.value === '张三'")


async def test_the_snippets_for_wordpress_and_mini_programs_name_the_form(
    settings: Page, visit: Visit, shop: Shop
) -> None:
    [php] = await pasted(settings, "WordPress")
    tag: Any = re.search(r"<script.*</script>", php)
    guest = await visit(shop.page(tag=tag[0]))
    await guest.launcher.wait_for()

    view, address = await pasted(settings, "小程序")
    shown: Any = re.search(r'src="([^"]+)"', view)
    for each in (shown[1], address):
        await guest.page.goto(each)
        await guest.page.wait_for_selector("textarea[name=content]")


async def test_the_site_that_loaded_it_is_listed(settings: Page, visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    await guest.waits_for("boot")
    row = settings.get_by_role("row").filter(has_text=shop.site.url)
    # It is written down behind the answer.
    for _ in range(20):
        await settings.reload()
        if await row.is_visible():
            break
    await expect(row).not_to_contain_text("不在列表中")
    shop.settings(embedding="listed", hosts="https://www.shop.example")
    await settings.reload()
    await expect(row).to_contain_text("不在列表中")
