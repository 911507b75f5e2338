"""The main job in a real browser: a visitor writes, the team is told, an agent handles it."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Open
from tests.browser.product import EMAIL, FORM, PASSWORD
from tests.fakes.vendors import FakeVendors

TEXT = "你好，想问一下价格"


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
async def test_from_the_form_to_the_inbox_to_handled(
    open_page: Open, fakes: FakeVendors, javascript: bool
) -> None:
    visitor = await open_page(FORM, java_script_enabled=javascript)
    await visitor.fill("textarea[name=content]", TEXT)
    await visitor.fill("input[name=phone]", "138 0013 8000")
    await visitor.click("button[type=submit]")
    await visitor.wait_for_selector("text=留言已收到")
    reference = re.search(r"LM-[0-9A-Z]{6}", await visitor.inner_text("main"))
    assert reference

    (call,) = await fakes.arrived(1, "wecom", "k")
    assert TEXT in call.parsed["markdown"]["content"]

    agent = await open_page("/inbox", java_script_enabled=javascript)
    await agent.fill("input[type=email]", EMAIL)
    await agent.fill("input[type=password]", PASSWORD)
    await agent.click("main button[type=submit]")
    await agent.click(f"text={TEXT}")
    await agent.wait_for_selector(f"text={reference.group()} >> visible=true")
    await agent.click("button:has-text('已电话回复')")
    await agent.wait_for_selector("text=撤销")

    await agent.goto("/inbox?status=handled")
    assert TEXT in await agent.inner_text("main")


async def test_every_fault_is_shown_at_once_and_nothing_typed_is_lost(open_page: Open) -> None:
    page = await open_page(FORM)
    await page.fill("input[name=name]", "张三")
    await page.click("button[type=submit]")
    await page.wait_for_selector("text=有 2 处需要修改")
    assert await page.input_value("input[name=name]") == "张三"
    assert await page.evaluate("document.activeElement.closest('[role=alert],[tabindex]') !== null")


async def test_a_double_click_stores_one_message(open_page: Open) -> None:
    page = await open_page(FORM)
    await page.fill("textarea[name=content]", TEXT)
    await page.fill("input[name=phone]", "13800138000")
    await page.dblclick("button[type=submit]")
    await page.wait_for_selector("text=留言已收到")

    agent = await open_page("/inbox", signed_in=True)
    assert (await agent.inner_text("main")).count(TEXT) == 1
    assert "×2" not in await agent.inner_text("main")


async def test_the_form_speaks_english(open_page: Open) -> None:
    page = await open_page(FORM, locale="en-US")
    assert await page.title() == "Leave us a message · Leavemsg"
    assert await page.get_attribute("html", "lang") == "en"


@pytest.mark.parametrize("width", [390, 1280])
async def test_nothing_scrolls_sideways(open_page: Open, width: int) -> None:
    page = await open_page(FORM, viewport={"width": width, "height": 700})
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
