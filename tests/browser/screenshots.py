"""Pictures of every page in every state, in all widths, colours and languages, and what axe finds
there: `python -m tests.browser.screenshots`, or `make screenshots`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.browser.conftest import ARGUMENTS, SHELL, WHOLE
from tests.browser.product import Product, organization
from tests.browser.tour import EMPTY, HEIGHTS, Desk, Look, Stop, faults_of, look_at
from tests.fakes.vendors import FakeVendors
from tests.processes import serve

LOCALES = ("zh-CN", "en")
LOOKS = [*(Look(width, "light") for width in HEIGHTS), *(Look(width, "dark") for width in HEIGHTS)]


async def main(folder: Path) -> int:
    """How many faults were found."""
    found = 0
    with tempfile.TemporaryDirectory() as data:
        process = serve(Path(data) / "data").start()
        try:
            await process.ready()
            async with async_playwright() as playwright, FakeVendors() as fakes:
                browser = await playwright.chromium.launch(
                    executable_path=SHELL or WHOLE, args=ARGUMENTS
                )
                for locale in LOCALES:
                    async with organization(process) as product:
                        found += await _tour(browser, product, fakes, locale, folder / locale)
                await browser.close()
        finally:
            process.stop()
    return found


async def _tour(
    browser: Browser, product: Product, fakes: FakeVendors, locale: str, folder: Path
) -> int:
    pages = {}
    for signed_in in (True, False):
        context = await browser.new_context(base_url=product.url, locale=locale)
        if signed_in:
            await context.add_cookies([product.cookie])
        pages[signed_in] = await context.new_page()
    desk = Desk(product, fakes)
    found = await _pictures(pages, product, EMPTY, locale, folder)
    await desk.furnish()
    return found + await _pictures(pages, product, desk.stops(), locale, folder)


async def _pictures(
    pages: dict[bool, Page], product: Product, stops: Iterable[Stop], locale: str, folder: Path
) -> int:
    number = 0
    for stop in stops:
        page = pages[stop.signed_in]
        faults = await faults_of(page, product, stop, [], locale)
        for look in LOOKS:
            faults += await look_at(page, look)
            path = folder / f"{look.width}-{look.colours}" / f"{stop.name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            await page.screenshot(path=path, full_page=True)
        number += len(faults)
        for each in faults:
            sys.stdout.write(f"{locale} {stop.name}: {each}\n")
    return number


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("tmp/screenshots"))
    folder = parser.parse_args().folder
    faults = asyncio.run(main(folder))
    sys.stdout.write(f"{folder}: {faults} faults\n")
    sys.exit(faults > 0)
