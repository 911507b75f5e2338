"""Somebody comes, somebody leaves: the widget follows without a reload."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.shop import Shop
from tests.browser.widget.conftest import Guest, Visit

POLL = 31_000


async def come(guest: Guest, shop: Shop, online: int) -> None:
    """So many are there from now on, and the page asks again by its clock."""
    shop.agents(online)
    await shop.says("online" if online else "offline")
    async with guest.page.expect_response("**/boot.json"):
        await guest.page.clock.run_for(POLL)


async def booted(guest: Guest) -> None:
    await guest.page.clock.run_for(1000)
    await guest.waits_for("boot")


async def test_it_hides_while_somebody_is_there_and_returns_when_they_leave(
    visit: Visit, shop: Shop
) -> None:
    shop.agents(2)
    guest = await visit(shop.page(), clock=True)
    await booted(guest)
    assert await guest.launcher.is_hidden()
    assert ["online", {"reason": "presence"}] in await guest.told()

    await come(guest, shop, 0)
    await guest.launcher.wait_for()


async def test_what_is_typed_stays_when_somebody_comes(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), clock=True)
    await booted(guest)
    form = await guest.open()
    await form.fill("textarea[name=content]", "写到一半")
    assert await form.locator("[data-online]").is_hidden()

    await come(guest, shop, 1)
    await form.locator("[data-online]").wait_for()
    assert await guest.panel.is_visible()
    assert await form.input_value("textarea[name=content]") == "写到一半"

    await guest.page.keyboard.press("Escape")
    await guest.launcher.wait_for(state="hidden")


NOTING = """window.asked = []; const before = window.fetch;
window.fetch = (...args) => { window.asked.push(Date.now()); return before(...args) };"""


async def test_it_asks_at_most_every_half_minute_and_not_while_hidden(
    visit: Visit, shop: Shop
) -> None:
    guest = await visit(shop.page(), clock=True, init=NOTING)
    await booted(guest)
    await guest.page.clock.run_for(100_000)
    asked = await guest.page.evaluate("window.asked")
    gaps = [later - sooner for sooner, later in zip(asked, asked[1:], strict=False)]
    assert len(gaps) == 3
    assert min(gaps) >= 29_500

    await guest.page.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => window.away, configurable: true});"
        "window.away = true"
    )
    await guest.page.clock.run_for(120_000)
    assert await guest.page.evaluate("window.asked.length") == len(asked)
    await guest.page.evaluate(
        "window.away = false; document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert await guest.page.evaluate("window.asked.length") == len(asked) + 1


async def test_online_it_may_lead_to_the_shops_own_chat(visit: Visit, shop: Shop) -> None:
    chat = shop.page(tag="")
    shop.settings(online="link", chat_link=chat)
    guest = await visit(shop.page(), clock=True)
    await booted(guest)
    await come(guest, shop, 1)
    await guest.page.get_by_role("button", name="在线咨询").wait_for()

    async with guest.context.expect_page() as opened:
        await guest.launcher.click()
    assert (await opened.value).url == chat
    assert await guest.panel.is_hidden()


async def test_the_form_that_is_open_offers_the_chat_too(visit: Visit, shop: Shop) -> None:
    chat = shop.page(tag="")
    shop.settings(online="link", chat_link=chat, show="always")
    shop.agents(1)
    guest = await visit(shop.page())
    form = await guest.open()
    link = form.locator("[data-online] a")
    await link.wait_for()

    assert await link.get_attribute("href") == chat


async def test_online_it_may_tell_the_page(visit: Visit, shop: Shop) -> None:
    shop.settings(online="event")
    guest = await visit(shop.page(), clock=True)
    await booted(guest)
    await come(guest, shop, 1)
    await guest.waits_for("online")
    await guest.launcher.click()

    reasons = [detail["reason"] for name, detail in await guest.told() if name == "online"]
    assert reasons == ["presence", "click"]
    assert await guest.panel.is_hidden()


async def test_where_nobody_answers_the_form_is_offered(visit: Visit, shop: Shop) -> None:
    shop.agents(1)
    guest = await visit("about:blank", expect=["Failed to load", "503"])
    await guest.context.route("**/boot.json", lambda route: route.fulfill(status=503))
    await guest.page.goto(shop.page())

    await guest.launcher.wait_for()


async def test_an_unknown_site_shows_nothing(visit: Visit, shop: Shop) -> None:
    tag = shop.tag().replace(f'"{shop.slug}"', '"nowhere"')
    guest = await visit(shop.page(tag=tag), expect=["404"])
    await guest.page.wait_for_load_state("networkidle")
    await guest.call("open")

    assert await guest.page.locator("leave-message").count() == 0
    assert any("There is no site nowhere" in message.text for message in guest.messages)


async def test_the_page_may_know_better(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    await guest.launcher.wait_for()
    await guest.call("setPresence", "online")
    await guest.launcher.wait_for(state="hidden")
    await guest.call("setPresence", "auto")

    await guest.launcher.wait_for()


async def test_of_a_closed_form_the_button_goes_away_but_not_what_is_being_written(
    visit: Visit, shop: Shop
) -> None:
    guest = await visit(shop.page(), clock=True)
    await booted(guest)
    form = await guest.open()
    await form.fill("textarea[name=content]", "写到一半")
    closed = {"Access-Control-Allow-Origin": "*"}
    await guest.context.route(
        "**/boot.json", lambda route: route.fulfill(json={"closed": True}, headers=closed)
    )
    async with guest.page.expect_response("**/boot.json"):
        await guest.page.clock.run_for(POLL)
    assert await form.input_value("textarea[name=content]") == "写到一半"

    await guest.page.goto(shop.page())
    await guest.page.clock.run_for(1000)
    await expect(guest.page.locator("leave-message")).to_have_count(0)
    assert any("is closed" in message.text for message in guest.messages)
