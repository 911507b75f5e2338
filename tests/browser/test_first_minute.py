"""The first minute: from the one-time link to a test that was seen and a message that was told."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.watch import Watch
from tests.fakes.vendors import FakeVendors
from tests.processes import Process, serve

LINK = re.compile(r"http://\S+/setup/\S+")
ARRIVED = re.compile(r"http://[^\s)\"]+/arrived/[^\s)\"]+")
PHONE = {"width": 390, "height": 780}


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Process]:
    """A product that nobody has set up."""
    running = serve(tmp_path / "data").start()
    yield await running.ready()
    running.stop()


def link_of(process: Process) -> str:
    found = LINK.search(process.log.read_text())
    assert found
    return found[0]


class Hand:
    """Counts what somebody has to do."""

    def __init__(self, page: Page) -> None:
        self.page, self.typed, self.clicks = page, 0, 0

    async def type(self, field: str, text: str) -> None:
        self.typed += 1
        await self.page.fill(field, text)

    async def press(self, words: str) -> None:
        self.clicks += 1
        await self.page.get_by_role("button", name=words, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
async def test_two_things_are_typed_and_a_person_saw_the_test(
    browser: Browser, process: Process, fakes: FakeVendors, javascript: bool
) -> None:
    watch = Watch(process.url)
    context = await browser.new_context(
        locale="zh-CN", viewport=PHONE, java_script_enabled=javascript
    )
    watch.over(context)
    hand = Hand(await context.new_page())
    await hand.page.goto(link_of(process))

    await hand.type("#email", "boss@shop.example")
    await hand.type("#pasted", fakes.add_bot("wecom", "k1"))
    await hand.press("开始使用，并发送测试")
    await expect(hand.page.locator("text=在群里看到了吗")).to_be_visible()
    await hand.press("看到了")
    await expect(hand.page.locator("text=已完成 2/8")).to_be_visible()
    await hand.press("发一条测试留言")
    await fakes.arrived(2, "wecom", "k1")

    assert (hand.typed, hand.clicks) == (2, 3)
    await context.close()
    assert watch.complaints == []


async def test_a_tap_on_the_phone_turns_the_page_on_the_desk(
    browser: Browser, process: Process, fakes: FakeVendors
) -> None:
    context = await browser.new_context(locale="zh-CN")
    desk = await context.new_page()
    await desk.goto(link_of(process))
    await desk.fill("#email", "boss@shop.example")
    await desk.fill("#pasted", fakes.add_bot("wecom", "k1"))
    await desk.click("main button[type=submit]")
    (test,) = await fakes.arrived(1, "wecom", "k1")
    found = ARRIVED.search(test.raw.decode())
    assert found

    phone = await (await browser.new_context(locale="zh-CN", viewport=PHONE)).new_page()
    await phone.goto(found[0])
    await phone.get_by_role("button", name="收到了").click()
    await expect(phone.locator("h1")).to_contain_text("已确认收到")

    await expect(desk.locator("text=收到测试的人")).to_be_visible()
    await context.close()
    await phone.context.close()
