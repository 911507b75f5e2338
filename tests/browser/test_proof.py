"""A flooded form in a real browser: one click, and a calculation or the spam folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Page, Request

from tests.browser.conftest import Open
from tests.browser.product import API, FORM, Product
from tests.browser.visitor import RECEIPT, TEXT, fill, flaws, send
from tests.browser.watch import FAULTY
from tests.processes import TLS, Process, serve

NO_CRYPTOGRAPHY = "Object.defineProperty(crypto, 'subtle', { value: undefined })"
NO_WORKER = "delete window.Worker"
BROKEN_WORKER = "window.Worker = class { constructor() { throw new Error('not here') } }"
IDLE_WORKER = "window.Worker = class { postMessage() {} terminate() {} }"


ONE_A_MINUTE = {"LEAVEMSG_SUBMIT_PER_MINUTE": "9", "LEAVEMSG_SUBMIT_FORM_PER_MINUTE": "1"}
"""All that people write here."""
BEFORE = ("先来的一条", "再来一条", "又来一条")
"""From one address while the form is flooded: its next message is asked to calculate."""


@pytest.fixture(scope="module")
async def process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    running = serve(tmp_path_factory.mktemp("product") / "data", **ONE_A_MINUTE).start()
    yield await running.ready()
    running.stop()


async def flooded(
    open_page: Open, product: Product, script: str = "", *, expects: str = FAULTY
) -> Page:
    """The form, filled in, in a browser where `script` runs first, on an address that floods it."""
    page = await open_page(FORM, expects=expects)
    for text in BEFORE:
        message = {"visitor": {"phone": "13800138000"}, "message": {"content": text}}
        body = {"org": product.slug, **message}
        left = httpx.post(f"{product.url}{API}/messages", json=body, verify=TLS)
        assert left.status_code == 201, left.text
    await page.add_init_script(script)
    await page.goto(product.form)
    await fill(page)
    return page


def newest(product: Product) -> tuple[str, str]:
    return product.contents()[0]


def posts(page: Page) -> list[str]:
    """What the page sends from now on."""
    bodies: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            bodies.append(request.post_data or "")

    page.on("request", note)
    return bodies


async def test_one_click_is_enough_and_the_message_counts(
    open_page: Open, product: Product
) -> None:
    page = await flooded(open_page, product)
    bodies = posts(page)
    await send(page)
    await page.wait_for_selector(RECEIPT)
    assert newest(product) == (TEXT, "pending")
    assert len(bodies) == 2


async def test_while_it_calculates_the_page_says_so_and_nothing_is_sent(
    open_page: Open, product: Product
) -> None:
    page = await flooded(open_page, product, IDLE_WORKER)
    bodies = posts(page)
    await page.focus("textarea[name=content]")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector("#notices[role=alert] >> text=自动校验")
    await page.wait_for_selector("form.htmx-request")
    await page.keyboard.press("Control+Enter")
    await send(page)
    assert await page.input_value("textarea[name=content]") == TEXT
    assert await page.evaluate("document.activeElement.type") == "submit"
    assert await flaws(page) == []
    assert len(bodies) == 1
    assert newest(product) == (BEFORE[-1], "pending")


async def test_it_works_in_a_browser_with_one_processor(open_page: Open, product: Product) -> None:
    one = "Object.defineProperty(navigator, 'hardwareConcurrency', { value: 1 })"
    page = await flooded(open_page, product, one)
    await send(page)
    await page.wait_for_selector(RECEIPT)
    assert newest(product) == (TEXT, "pending")


@pytest.mark.parametrize("script", [NO_CRYPTOGRAPHY, NO_WORKER, BROKEN_WORKER])
async def test_a_browser_that_cannot_calculate_gets_its_receipt(
    open_page: Open, product: Product, script: str
) -> None:
    page = await flooded(open_page, product, script)
    await send(page)
    await page.wait_for_selector(RECEIPT)
    assert newest(product) == (TEXT, "spam")


@pytest.mark.parametrize("file", ["proof.js", "pbkdf2.js"])
async def test_a_script_that_does_not_arrive_costs_nobody_their_message(
    open_page: Open, product: Product, file: str
) -> None:
    page = await flooded(open_page, product, expects="ERR_FAILED")
    await page.route(f"**/{file}", lambda route: route.abort())
    await send(page)
    await page.wait_for_selector(RECEIPT)
    assert newest(product) == (TEXT, "spam")


async def test_a_calculation_that_never_ends_is_given_up(open_page: Open, product: Product) -> None:
    page = await flooded(open_page, product, IDLE_WORKER)
    await page.clock.install()
    await send(page)
    # The answer has come; the clock of a request on its way would run out too.
    await page.wait_for_selector("form[data-asked]")
    await page.clock.run_for(31_000)
    await page.wait_for_selector(RECEIPT)
    assert newest(product) == (TEXT, "spam")


RESTLESS = """addEventListener('submit', () => {
  document.querySelector('[name=referrer]').value = 'https://a.example/' + Math.random();
}, true)"""


async def test_a_page_that_never_sends_the_same_twice_ends_in_the_spam_folder_too(
    open_page: Open, product: Product
) -> None:
    page = await flooded(open_page, product, RESTLESS)
    bodies = posts(page)
    await send(page)
    await page.wait_for_selector(RECEIPT)
    assert len(bodies) == 4
    assert newest(product) == (TEXT, "spam")
