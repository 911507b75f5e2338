"""The form on narrow and enlarged screens, with wide letters, by keyboard, in forced colours and
without motion."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.conftest import Open
from tests.browser.product import FORM, Product
from tests.browser.test_everybody import answered, with_every_kind
from tests.browser.visitor import RECEIPT, TEXT, fill, send

# 1280 by 1024 at 400 %, as WCAG 1.4.10 counts it.
ENLARGED = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
NARROW = {"viewport": {"width": 320, "height": 640}}
screens = pytest.mark.parametrize("screen", [NARROW, ENLARGED], ids=["320", "400%"])

SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"""
"""What WCAG 1.4.12 lets a reader set."""
SET = """(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
document.adoptedStyleSheets = [sheet]; }"""
# Whatever has words of its own and is seen: does it end before they do?
CUT = """[...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()
  && !e.closest('.trap, svg, option')
  && ([...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || e.matches('.input')))
.filter((e) => { const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const hides = style.overflowX !== 'visible' || style.overflowY === 'hidden';
  const range = document.createRange(); range.selectNodeContents(e);
  const words = range.getBoundingClientRect();
  return box.left < -1 || box.right > innerWidth + 1
    || words.right > innerWidth + 1
    || (hides && e.scrollWidth > e.clientWidth + 1)
    || (style.overflowY === 'hidden' && e.scrollHeight > e.clientHeight + 1); })
.map((e) => e.outerHTML.slice(0, 120))"""
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def nothing_is_lost(page: Page) -> None:
    assert not await page.evaluate(SCROLLS)
    assert await page.evaluate(CUT) == []


@screens
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
async def test_nothing_scrolls_sideways_or_is_cut_off_with_wide_letters(
    open_page: Open, product: Product, screen: dict[str, Any], locale: str
) -> None:
    with_every_kind(product)
    page = await open_page(FORM, **screen, locale=locale)
    await nothing_is_lost(page)
    await page.evaluate(SET, SPACED)
    await nothing_is_lost(page)
    await send(page)
    await page.wait_for_selector(".summary:focus")
    await nothing_is_lost(page)
    await answered(page)
    await fill(page, "很长的一个词" * 30 + "Donaudampfschifffahrtsgesellschaft" * 4)
    await nothing_is_lost(page)
    await send(page)
    await page.wait_for_selector("[data-sent]")
    await nothing_is_lost(page)
    await page.click("a[href*='/m/']")
    await page.wait_for_selector(".steps")
    await page.evaluate(SET, SPACED)
    await nothing_is_lost(page)


async def test_a_page_that_cuts_words_off_would_be_noticed(open_page: Open) -> None:
    page = await open_page(FORM, **NARROW)
    await page.evaluate(SET, "h1 { width: 20px; overflow: hidden; white-space: nowrap }")
    assert len(await page.evaluate(CUT)) == 1


USABLE = ".input:visible, button:visible, a:visible"


@screens
async def test_the_focus_is_always_in_sight(open_page: Open, screen: dict[str, Any]) -> None:
    page = await open_page(FORM, **screen)
    for _ in range(await page.locator(USABLE).count()):
        await page.keyboard.press("Tab")
        seen = await page.evaluate(
            """() => { const e = document.activeElement, box = e.getBoundingClientRect();
            const style = getComputedStyle(e);
            return [e !== document.body, box.top >= 0 && box.top < innerHeight,
              style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2] }"""
        )
        assert seen == [True, True, True]


async def test_the_keyboard_is_enough(open_page: Open) -> None:
    page = await open_page(FORM)
    await page.keyboard.press("Tab")
    await page.keyboard.type(TEXT)
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    for text in ("", "张三", "13800138000", "", ""):
        await page.keyboard.type(text)
        await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.type") == "submit"
    await page.keyboard.press("Enter")
    await page.wait_for_selector(RECEIPT)


async def test_it_can_be_sent_from_within_a_field(open_page: Open) -> None:
    page = await open_page(FORM)
    await fill(page)
    await page.focus("textarea[name=content]")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector(RECEIPT)


# What is typed in or pressed must have an edge of its own; a tick is drawn by the system.
EDGELESS = """[...document.querySelectorAll('.input, .button, .summary, .note')]
.filter((e) => e.checkVisibility() && !e.closest('.trap')).filter((e) => {
  const style = getComputedStyle(e), behind = getComputedStyle(document.body).backgroundColor;
  return parseFloat(style.borderTopWidth) < 1 || style.borderTopStyle === 'none'
    || style.borderTopColor === behind || style.borderTopColor === 'rgba(0, 0, 0, 0)'; })
.map((e) => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_forced_colours_leave_an_edge_around_everything_to_use(
    open_page: Open, product: Product, colours: str
) -> None:
    with_every_kind(product)
    page = await open_page(FORM, forced_colors="active", color_scheme=colours)
    assert await page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert await page.evaluate(EDGELESS) == []
    await send(page)
    await page.wait_for_selector(".summary:focus")
    assert await page.evaluate(EDGELESS) == []
    await answered(page)
    await fill(page)
    await send(page)
    await page.wait_for_selector("[data-sent]")
    assert await page.evaluate(EDGELESS) == []


MOVING = """[...document.querySelectorAll('*')].filter((e) => {
  const style = getComputedStyle(e), longest = (all) => Math.max(...all.split(',').map((each) =>
    parseFloat(each) * (each.trim().endsWith('ms') ? 1 : 1000)));
  return (style.animationName !== 'none' && longest(style.animationDuration) > 1)
    || longest(style.transitionDuration) > 1 || style.scrollBehavior === 'smooth'; })
.map((e) => e.outerHTML.slice(0, 120))"""


async def test_without_motion_nothing_moves(open_page: Open) -> None:
    page = await open_page(FORM, reduced_motion="reduce")
    assert await page.evaluate(MOVING) == []
    await page.evaluate("document.forms[0].classList.add('htmx-request')")
    assert await page.evaluate(MOVING) == []
    await fill(page)
    await send(page)
    await page.wait_for_selector("[data-sent]")
    assert await page.evaluate(MOVING) == []
    assert await page.evaluate("document.getAnimations().length") == 0
