"""Light and dark: as the device says, unless a person or a page around the form has chosen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.conftest import Open
from tests.browser.product import FORM
from web.http import assets

LIGHT = {"color_scheme": "light", "background": "rgb(245, 245, 242)", "words": "rgb(28, 29, 33)"}
DARK = {"color_scheme": "dark", "background": "rgb(18, 19, 23)", "words": "rgb(230, 231, 234)"}
SEEN = """() => { const body = getComputedStyle(document.body);
return {color_scheme: getComputedStyle(document.documentElement).colorScheme,
  background: body.backgroundColor, words: body.color} }"""
COLOURS = """(names) => names.map((name) => { const e = document.createElement('i');
e.style.color = 'rgb(1, 2, 3)'; e.style.color = `var(${name})`; document.body.append(e);
const seen = getComputedStyle(e).color; e.remove(); return seen })"""
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}


async def choose(page: Page, theme: str) -> None:
    await page.click(f"[data-choices=theme] [data-choice='{theme}']")


@pytest.mark.parametrize(("device", "look"), [("light", LIGHT), ("dark", DARK)])
@pytest.mark.parametrize("path", [FORM, "/login"])
async def test_a_page_looks_as_the_device_says(
    open_page: Open, path: str, device: str, look: dict[str, str]
) -> None:
    page = await open_page(path, color_scheme=device, **WIDE)

    assert await page.evaluate(SEEN) == look


@pytest.mark.parametrize(
    ("device", "theme", "look"), [("dark", "light", LIGHT), ("light", "dark", DARK)]
)
async def test_what_a_person_has_chosen_counts_until_they_leave_it_to_the_device(
    open_page: Open, device: str, theme: str, look: dict[str, str]
) -> None:
    page = await open_page("/account", signed_in=True, color_scheme=device, **WIDE)
    await choose(page, theme)
    assert await page.evaluate(SEEN) == look

    await page.reload()
    assert await page.evaluate(SEEN) == look

    await choose(page, "")
    assert await page.evaluate(SEEN) == {"light": LIGHT, "dark": DARK}[device]


@pytest.mark.parametrize("device", ["light", "dark"])
async def test_every_colour_has_a_value_in_both(open_page: Open, device: str) -> None:
    tokens = (assets.FOLDER / "css/tokens.css").read_text()
    names = re.findall(r"(--[\w-]+): var\(--light, #", tokens)
    page = await open_page(FORM, color_scheme=device)
    seen = await page.evaluate(COLOURS, names)

    assert len(names) == 17
    expected = re.findall(r"var\(--light, #(\w{6})\) var\(--dark, #(\w{6})\)", tokens)
    assert seen == [rgb(pair[device == "dark"]) for pair in expected]


def rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*bytes.fromhex(colour))


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_forced_colours_are_the_systems_whatever_was_chosen(
    open_page: Open, theme: str
) -> None:
    page = await open_page("/login", forced_colors="active", color_scheme=theme, **WIDE)
    await page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    look = await page.evaluate(SEEN)

    assert {look["background"], look["words"]} == {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}


@pytest.mark.parametrize("name", ["leave.bundle.css", "console.bundle.css"])
def test_no_style_needs_more_than_the_browsers_inside_old_apps_know(name: str) -> None:
    """Where `light-dark()` is unknown, a colour of it would be none at all."""
    assert b"light-dark(" not in assets.assets()[name].content
