"""What a visitor does, and what is found wrong with the page before him."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Frame, Page

TEXT = "你好，想问一下价格"
RECEIPT = "text=留言已收到"
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")


async def fill(page: Page | Frame, text: str = TEXT) -> None:
    await page.fill("textarea[name=content]", text)
    await page.fill("input[name=phone]", "+86 138-0013-8000")


async def send(page: Page | Frame) -> None:
    await page.click("button[type=submit]")


async def sent(page: Page | Frame, text: str = TEXT) -> str:
    """The reference on the receipt."""
    await fill(page, text)
    await send(page)
    await page.wait_for_selector("[data-sent]")
    return await page.inner_text("output")


async def flaws(page: Page) -> list[str]:
    """What axe finds; it runs beside the page's own policy."""
    await page.evaluate(AXE)
    rules = {"target-size": {"enabled": True}}
    found: Any = await page.evaluate("(rules) => axe.run({ rules })", rules)
    return [
        f"{each['id']}: {node['html'][:120]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
