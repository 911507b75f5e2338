"""Every page in every state, as everybody meets it: axe finds nothing, nothing scrolls sideways,
and there is one heading, a title and a way past the navigation."""

from __future__ import annotations

import itertools

import pytest

from tests.browser.conftest import Open
from tests.browser.product import Product
from tests.browser.tour import EMPTY, Desk, Look, Stop, faults_of
from tests.fakes.vendors import FakeVendors

LOOKS = (Look(320, "light"), Look(1280, "dark"), Look(320, "dark"), Look(1920, "light"))
FIRST = {"en": 0, "zh-CN": 1}
"""Every second page is seen in one language, the others in the other one, by turns on narrow and
wide screens, light and dark. `make screenshots` looks at all there are."""


@pytest.mark.parametrize("locale", FIRST)
@pytest.mark.timeout(1200)
async def test_everybody_can_use_every_page_in_every_state(
    open_page: Open, product: Product, fakes: FakeVendors, locale: str
) -> None:
    pages = {
        signed_in: await open_page(
            "/login", signed_in=signed_in, locale=locale, expects="40[14]|410|422"
        )
        for signed_in in (True, False)
    }
    desk = Desk(product, fakes)
    looks = itertools.cycle(LOOKS)
    found = {}

    async def visit(stops: list[Stop]) -> None:
        for stop, look in zip(stops[FIRST[locale] :: 2], looks, strict=False):
            page = pages[stop.signed_in]
            found[stop.name] = await faults_of(page, product, stop, [look], locale)

    await visit(EMPTY)
    await desk.furnish()
    await visit(desk.stops())
    assert {name: each for name, each in found.items() if each} == {}
