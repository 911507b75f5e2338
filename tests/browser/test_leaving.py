"""Who leaves a page with something unsaved, or a secret that is shown only once, is asked."""

from __future__ import annotations

import asyncio

from playwright.async_api import Dialog, Page, Route, expect

from tests.browser.conftest import Open

LIST = "main a.button.quiet"


async def is_asked(page: Page) -> bool:
    """Follows the link back; whoever is asked stays."""
    asked: asyncio.Queue[Dialog] = asyncio.Queue()
    page.once("dialog", asked.put_nowait)
    clicked = asyncio.create_task(page.locator(LIST).first.click(no_wait_after=True))
    gone = asyncio.create_task(page.wait_for_event("framenavigated"))
    said = asyncio.create_task(asked.get())
    await asyncio.wait({gone, said}, return_when=asyncio.FIRST_COMPLETED)
    if not said.done():
        said.cancel()
        await clicked
        return False
    gone.cancel()
    assert said.result().type == "beforeunload"
    await said.result().dismiss()
    await clicked
    return True


async def test_a_secret_that_was_not_kept_and_changes_that_were_not_saved_are_asked_about(
    open_page: Open,
) -> None:
    page = await open_page("/settings/tokens/new", signed_in=True)
    await page.fill("#name", "CRM")
    await expect(page.locator("form[data-unsaved]")).to_have_count(1)
    assert await is_asked(page)
    await page.click("main [type=submit].primary")
    await expect(page.locator("[data-kept]")).to_be_visible()
    assert await is_asked(page)
    await page.locator("[data-kept] input").check()
    assert not await is_asked(page)


async def test_what_is_saved_is_not_asked_about(open_page: Open) -> None:
    page = await open_page("/settings/channels", signed_in=True)
    asked: list[Dialog] = []
    page.on("dialog", lambda dialog: asked.append(dialog))
    await page.locator(".channels .about a").first.click()
    await page.fill("#name", "值班群")
    await expect(page.locator("form[data-unsaved]")).to_have_count(1)
    await page.click("#channel .primary")
    await expect(page.locator(".channels")).to_contain_text("值班群")
    assert asked == []


async def test_what_was_typed_before_the_scripts_came_is_asked_about(open_page: Open) -> None:
    page = await open_page("/settings/channels", signed_in=True)
    here = asyncio.Event()

    async def late(route: Route) -> None:
        await here.wait()
        await route.continue_()

    await page.route("**/js/console.js*", late)
    await page.goto(page.url.replace("/channels", "/tokens/new"), wait_until="commit")
    await page.fill("#name", "CRM")
    here.set()
    await expect(page.locator("form[data-unsaved]")).to_have_count(1)
    assert await is_asked(page)
