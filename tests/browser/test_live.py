"""The inbox while messages arrive and colleagues work. No time passes on these pages unless a test
lets it, so what appears was rung for: nobody asked after half a minute."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Open
from tests.browser.product import Product
from tests.wire import Wire

WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 640}}
HIDDEN = "Object.defineProperty(document, 'hidden', { get: () => true });"
RECORDED = """window.told = [];
window.Notification = class {
  static permission = sessionStorage.permission || "default";
  static async requestPermission() { this.permission = sessionStorage.permission = "granted"; }
  constructor(title, { body }) { window.told.push([title, body]); }
};"""
TABS = 7
"""One more than connections that a browser makes to a server of HTTP/1.1."""
SECOND = 1000
ROW = "document.querySelector('[data-row]:nth-child(15)')"
SCROLL = f"{ROW}.scrollIntoView()"
PLACE = f"Math.round({ROW}.getBoundingClientRect().top)"


async def watching(open_page: Open, path: str = "/inbox") -> Page:
    """A page that hears what is rung, and whose time stands still from then on."""
    page = await open_page("/inbox", signed_in=True, clock=True, **WIDE)
    async with page.expect_response("**/inbox/stream*"):
        await page.goto(path)
    await page.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5))
    return page


async def test_a_new_message_comes_by_itself_also_to_a_tab_in_the_back(
    open_page: Open, product: Product
) -> None:
    front = await watching(open_page)
    await expect(front.locator("#list")).to_contain_text("还没有留言")
    back = await front.context.new_page()
    await back.add_init_script(HIDDEN)
    await back.goto("/settings/channels")
    await back.clock.run_for(SECOND)
    uid = product.leave("价格怎么算？")

    await expect(front.locator(f"#m-{uid}")).to_contain_text("价格怎么算？")
    for page in (front, back):
        await expect(page).to_have_title(re.compile(r"^\(1\) "))
        await expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("unread"))
        await expect(page.locator("#badge")).to_have_text(re.compile("^ *1"))


async def test_nothing_moves_from_under_the_reader(open_page: Open, product: Product) -> None:
    uids = [product.leave(f"第 {n} 个问题") for n in range(30)]
    page = await watching(open_page, f"/inbox/{uids[20]}")
    pane, note = page.locator(".list-pane"), page.locator("#note")
    await page.click("label[for=side-note]")
    await note.fill("明天上午再")
    await page.evaluate(SCROLL)
    place = await page.evaluate(PLACE)
    product.leave("新的问题")
    await expect(page.locator(".newbar")).to_have_text("1 条新留言 · 显示")
    product.api("POST", f"/messages/{uids[20]}/handle", json={"outcome": "phone"})
    await expect(page.locator("#meanwhile")).to_have_text("tests刚刚标为已处理。 查看")

    assert place == await page.evaluate(PLACE)
    assert await page.evaluate("document.activeElement.id") == "note"
    await expect(note).to_have_value("明天上午再")
    await expect(pane).not_to_contain_text("新的问题")
    await expect(page.locator(f"#m-{uids[20]}")).to_contain_text("已电话回复 · tests")
    await page.click(".newbar")
    await expect(pane.locator("[data-row]").first).to_contain_text("新的问题")


async def test_a_cut_loses_nothing_and_seven_tabs_share_one_stream(
    browser: Browser, product: Product
) -> None:
    async with Wire(int(product.process.env["PORT"])) as wire:
        context = await browser.new_context(base_url=wire.url, locale="zh-CN", **WIDE)
        await context.add_cookies([product.cookie])
        await context.clock.install()
        streams: list[str] = []
        context.on("request", lambda asked: "/stream" in asked.url and streams.append(asked.url))
        tabs = [await context.new_page() for _ in range(TABS)]
        for tab in tabs:
            await tab.goto("/inbox")
        await context.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=10))
        before = product.leave("断线之前")
        for tab in tabs:
            await expect(tab.locator(f"#m-{before}")).to_be_visible()
        assert len(streams) == 1

        wire.cut()
        for n in range(3):
            product.leave(f"断线时第 {n} 条")
        for lost in [tab.locator("#lost") for tab in tabs]:
            while not await lost.is_visible():
                await context.clock.run_for(SECOND)
        await wire.mend()

        for tab in tabs:
            await expect(tab.locator("[data-row]")).to_have_count(4)
            await expect(tab).to_have_title(re.compile(r"^\(4\) "))
            await expect(tab.locator("#lost")).to_be_hidden()
            await expect(tab.locator(".toast")).to_have_count(0)
        await context.close()


async def test_who_asks_for_notices_on_the_desktop_gets_them_without_names(
    open_page: Open, product: Product
) -> None:
    page = await open_page("/login", signed_in=True, **WIDE)
    await page.add_init_script(RECORDED + HIDDEN)
    await page.goto("/account")
    await page.click("text=桌面提醒")
    async with page.expect_response("**/inbox/stream*"):
        await page.goto("/inbox")
    uid = product.leave("价格怎么算？")
    await expect(page.locator(f"#m-{uid}")).to_be_visible()
    first = await page.evaluate("told")
    await page.goto("/account")
    await page.click("text=显示姓名和内容")
    async with page.expect_response("**/inbox/stream*"):
        await page.goto("/inbox")
    uid = product.leave("什么时候发货？")
    await expect(page.locator(f"#m-{uid}")).to_be_visible()

    assert first + await page.evaluate("told") == [
        ["1 条新留言", ""],
        ["1 条新留言", "13800138000: 什么时候发货？"],
    ]


async def test_how_far_a_long_act_is_comes_by_the_stream(open_page: Open, product: Product) -> None:
    act = await product.long_act(200_000)
    page = await watching(open_page, act)
    done = page.locator("#progress label")
    for _ in range(2):
        await expect(done).not_to_have_text(await done.inner_text())
    product.post(f"{act}/stop")
    await expect(page.locator("#progress")).to_contain_text("已停止。")


async def test_without_a_stream_how_far_a_long_act_is_is_asked_every_second(
    open_page: Open, product: Product
) -> None:
    act = await product.long_act(200_000)
    # Time that is moved on by hand makes a request that is under way look slow.
    page = await open_page("/login", signed_in=True, clock=True, expects="timeout", **WIDE)
    await page.add_init_script("delete window.EventSource")
    await page.goto(act)
    await page.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5))
    done = page.locator("#progress label")
    before = await done.inner_text()
    while await done.inner_text() == before:
        await page.clock.run_for(SECOND)
    product.post(f"{act}/stop")
    await page.clock.run_for(SECOND)
    await expect(page.locator("#progress")).to_contain_text("已停止。")
