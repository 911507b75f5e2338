"""The log of deliveries and the templates in a real browser, with and without scripts."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open
from tests.browser.product import API, Product
from tests.fakes.vendors import FakeVendors
from tests.processes import TLS

PAGES = ("/deliveries", "/deliveries/replay", "/settings/templates", "/settings/templates/wecom")
LOOKS = (
    {"viewport": {"width": 320, "height": 700}, "locale": "en-US"},
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
)
WIDE = {"width": 1280, "height": 900}


@pytest.fixture
async def program(product: Product) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {product.token}"}
    return httpx.AsyncClient(base_url=product.url, headers=headers, verify=TLS)


async def leave(program: httpx.AsyncClient, content: str) -> None:
    body = {"visitor": {"name": "张三", "phone": "13800138000"}, "message": {"content": content}}
    answer = await program.post(f"{API}/messages", json=body)
    assert answer.status_code == 201, answer.text


async def failed_once(program: httpx.AsyncClient, fakes: FakeVendors) -> None:
    """One delivery that the robot refuses, and will take the next time."""
    fakes.fault("wecom", "k", *["code:40058"] * 3)
    await leave(program, "你好")
    for _ in range(300):
        found = (await program.get(f"{API}/deliveries?state=failed")).json()["items"]
        if found:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it did not fail")


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
async def test_a_failed_one_is_sent_again_and_seen_to_arrive(
    open_page: Open, program: httpx.AsyncClient, fakes: FakeVendors, javascript: bool
) -> None:
    await failed_once(program, fakes)
    page = await open_page("/inbox", java_script_enabled=javascript, signed_in=True)
    await page.goto("/deliveries?state=failed")
    await page.click(".sent-line a:has-text('企业微信群机器人')")
    await page.click("button:has-text('按原内容重发')")
    await page.wait_for_selector("text=已加入重发队列")
    await page.goto("/deliveries")
    if not javascript:
        await asyncio.sleep(2)
        await page.reload()
    await page.wait_for_selector(".state.sent", timeout=15_000)


async def test_the_log_follows_what_happens_and_then_stands_still(
    open_page: Open, program: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    page = await open_page("/inbox", viewport=WIDE, signed_in=True)
    fakes.fault("wecom", "k", "slow:4000")
    await leave(program, "你好")
    await page.goto("/deliveries")
    assert await page.locator("#live").count() == 1
    await page.focus(".sent-line .to a")
    await page.wait_for_selector(".state.sent", timeout=15_000)
    assert await page.locator("#live").count() == 0
    assert await page.evaluate("document.activeElement.closest('.sent-line') !== null")


async def test_a_template_is_previewed_while_it_is_typed(
    open_page: Open, program: httpx.AsyncClient
) -> None:
    await leave(program, "<b>你好</b>")
    page = await open_page("/inbox", viewport=WIDE, signed_in=True)
    await page.goto("/settings/templates/wecom")
    await page.fill("#text", "新的：{{ message.content }}")
    await page.wait_for_selector("#preview :text('新的：＜b＞你好＜/b＞')")
    await page.fill("#text", "{{ message.contnet }}")
    await page.wait_for_selector("#preview :text('message.content')")
    await page.fill("#text", "")
    await page.click("[data-insert='{{ visitor.name }}']")
    await page.wait_for_selector("#preview .drawn p:text-is('张三')")
    await page.fill("#text", "前后")
    await page.locator("#text").evaluate("(each) => each.setSelectionRange(1, 1)")
    await page.click("[data-insert='{{ visitor.name }}']")
    assert await page.input_value("#text") == "前{{ visitor.name }}后"
    await page.wait_for_selector("#preview .drawn p:text-is('前张三后')")
    await page.click("button:has-text('保存')")
    await page.wait_for_selector("text=从下一条通知起生效")


async def test_without_scripts_a_button_previews(
    open_page: Open, program: httpx.AsyncClient
) -> None:
    await leave(program, "你好")
    page = await open_page("/inbox", java_script_enabled=False, signed_in=True)
    await page.goto("/settings/templates/wecom")
    await page.fill("#text", "新的：{{ message.content }}")
    await page.click("button:has-text('预览')")
    await expect(page.locator("#preview .drawn")).to_have_text("新的：你好")
    assert await page.input_value("#text") == "新的：{{ message.content }}"
