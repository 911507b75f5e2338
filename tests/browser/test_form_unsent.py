"""A message that could not be sent goes by itself, once, when the product is back."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Open
from tests.browser.product import FORM, Product
from tests.browser.test_form_help import name_other_ways
from tests.browser.visitor import RECEIPT, TEXT, fill, flaws, send

SCHEDULE = Path(__file__).parents[2] / "web" / "scripts" / "visitor" / "schedule.js"
AWAY = r"ERR_|Failed to fetch|NetworkError"
KEPT = "#unsent"
LOCKED = "Object.keys(localStorage).find((name) => name.startsWith('unsent:'))"
STORED = "Object.keys(localStorage).filter((name) => name.startsWith('unsent:')).length"


async def test_the_schedule_grows_and_is_spread(browser: Browser) -> None:
    page = await browser.new_page()
    source = SCHEDULE.read_text(encoding="utf-8").replace("export ", "")
    waits = await page.evaluate(
        f"(() => {{ {source}; return [0, 1, 5, 2000].map((n) => [0, 0.5].map((c) => wait(n, c)))"
        ".concat([[wait(0, 0, 30000), wait(0, 0.5, 30000)]]); })()"
    )
    await page.close()
    assert waits == [
        [1000, 1500],
        [2000, 3000],
        [30000, 45000],
        [30000, 45000],
        [30000, 30500],
    ]


async def kept(page: Page, text: str = TEXT) -> None:
    await fill(page, text)
    await page.context.set_offline(True)
    await send(page)
    await expect(page.locator(KEPT)).to_be_visible()


async def test_it_goes_by_itself_when_we_are_back(open_page: Open, product: Product) -> None:
    name_other_ways(product)
    page = await open_page(FORM, expects=AWAY)
    await kept(page)
    await expect(page.locator("#otherwise")).to_contain_text("400 820 8820")
    assert await page.evaluate(STORED) == 1
    assert await flaws(page) == []
    await page.context.set_offline(False)
    await page.wait_for_selector(RECEIPT)
    assert product.contents() == [(TEXT, "pending")]
    assert await page.evaluate(STORED) == 0


async def test_what_a_closed_tab_left_goes_from_the_next_and_once(
    open_page: Open, product: Product
) -> None:
    page = await open_page(FORM, expects=AWAY)
    await kept(page)
    other = await page.context.new_page()
    # Before the connection is back: else this tab would send it itself.
    await page.close()
    await other.context.set_offline(False)
    await other.goto(product.url + product.form)
    await other.wait_for_selector(RECEIPT)
    assert product.contents() == [(TEXT, "pending")]


async def test_whoever_writes_in_another_tab_is_left_alone_when_one_is_closed(
    open_page: Open, product: Product
) -> None:
    page = await open_page(FORM, expects=AWAY)
    await page.route("**/w/**", lambda route: route.abort("connectionrefused"))
    await fill(page)
    await send(page)
    await expect(page.locator(KEPT)).to_be_visible()
    other = await page.context.new_page()
    await other.goto(product.url + product.form)
    await other.fill("input[name=name]", "李四")
    await page.close()
    # The lock is free now, or it would not be given.
    await other.evaluate(f"navigator.locks.request({LOCKED}, () => 0)")
    assert await other.input_value("input[name=name]") == "李四"
    await expect(other.locator(KEPT)).to_be_hidden()
    assert product.contents() == []

    await other.reload()
    await other.wait_for_selector(RECEIPT)
    assert product.contents() == [(TEXT, "pending")]


async def test_what_is_taken_back_stays(open_page: Open, product: Product) -> None:
    page = await open_page(FORM, expects=AWAY)
    await kept(page)
    await page.click("text=收回修改")
    await expect(page.locator(KEPT)).to_be_hidden()
    assert await page.evaluate(STORED) == 0
    assert await page.input_value("textarea[name=content]") == TEXT
    await page.context.set_offline(False)
    await fill(page, "改好的一条")
    await send(page)
    await page.wait_for_selector(RECEIPT)
    assert product.contents() == [("改好的一条", "pending")]


async def test_two_tabs_at_once_and_one_that_may_not_store_send_theirs_once(
    open_page: Open, product: Product
) -> None:
    page = await open_page(FORM, expects=AWAY)
    other = await page.context.new_page()
    await other.goto(product.url + product.form)
    await kept(page)
    # Who has another tab may write something else there.
    await fill(other, "另一个标签页里的一条")
    await send(other)
    await expect(other.locator(KEPT)).to_be_visible()
    await page.context.set_offline(False)
    for each in (page, other):
        await each.wait_for_selector(RECEIPT)
    assert sorted(product.contents()) == sorted(
        [(TEXT, "pending"), ("另一个标签页里的一条", "pending")]
    )

    await page.context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('refused'); } });"
    )
    await page.goto(product.url + product.form)
    await kept(page, "不让存的浏览器")
    await page.context.set_offline(False)
    await page.wait_for_selector(RECEIPT)
    assert [said for said, _ in product.contents()].count("不让存的浏览器") == 1
