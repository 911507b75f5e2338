"""What a visitor does, and what is found wrong with the page before him."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Frame, Page

TEXT = "你好，想问一下价格"
RECEIPT = "text=留言已收到"
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")

# What is right is left out: it is most of the answer, and takes longer than to find what is wrong.
FLAWS = """async ([part, options]) => {
  const found = await axe.run(part, { ...options, resultTypes: ["violations"], preload: false });
  return found.violations.flatMap((each) =>
    each.nodes.map((node) => each.id + ": " + node.html.slice(0, 120)));
}"""


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


async def flaws(page: Page | Frame, part: str = "html", **options: Any) -> list[str]:
    """What axe finds; it runs beside the page's own policy."""
    await page.evaluate(AXE)
    rules = {"target-size": {"enabled": True}}
    found: list[str] = await page.evaluate(FLAWS, [part, {"rules": rules, **options}])
    return found
