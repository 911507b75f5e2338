"""Who writes too often is asked to wait; who writes too fast is thanked and set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.signed import form_token
from tests.browser.conftest import Open
from tests.browser.product import FORM, Product
from tests.browser.test_form_help import name_other_ways
from tests.browser.visitor import RECEIPT, TEXT, fill, flaws, send, sent
from tests.browser.watch import FAULTY
from tests.fakes.vendors import FakeVendors
from tests.processes import Process, serve

FIRST = "先来的一条"
REFUSED = r"^Failed to load resource: .*\b429\b"


@pytest.fixture(scope="module")
async def process(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    """As `@patience` or `@haste` says."""
    running = serve(tmp_path_factory.mktemp("product") / "data", **request.param).start()
    yield await running.ready()
    running.stop()


def as_set(name: str, **changes: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("process", [changes], indirect=True, ids=[name], scope="module")


patience = as_set("1-a-minute", LEAVEMSG_SUBMIT_PER_MINUTE=1)
# As it is delivered: what is sent within two seconds is set aside.
haste = as_set("2-seconds", LEAVEMSG_SUBMIT_SECONDS=2)
javascript = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


async def refused(open_page: Open, product: Product, **options: Any) -> Page:
    """The form with a second message that was one too many."""
    page = await open_page(FORM, expects=f"{FAULTY}|{REFUSED}", **options)
    await fill(page, FIRST)
    await send(page)
    await page.wait_for_selector(RECEIPT)
    await page.goto(product.form)
    await page.fill("input[name=name]", "张三")
    await page.select_option("select[name=category]", index=2)
    await fill(page)
    await send(page)
    await page.wait_for_selector("[data-countdown]")
    return page


@patience
@javascript
async def test_one_message_too_many_keeps_the_form_and_all_that_was_typed(
    open_page: Open, product: Product, javascript: bool
) -> None:
    page = await refused(open_page, product, java_script_enabled=javascript)
    assert await page.input_value("textarea[name=content]") == TEXT
    assert await page.input_value("input[name=phone]") == "+86 138-0013-8000"
    assert await page.input_value("input[name=name]") == "张三"
    assert await page.input_value("select[name=category]") == "售后服务"
    assert product.contents() == [(FIRST, "pending")]


@patience
@javascript
async def test_it_is_announced_with_the_seconds_to_wait(
    open_page: Open, product: Product, javascript: bool
) -> None:
    page = await refused(open_page, product, java_script_enabled=javascript)
    notice = page.get_by_role("alert").filter(has_text="提交太频繁")
    await expect(notice).to_contain_text("秒后可再试")
    seconds = await notice.locator("[data-countdown]").get_attribute("data-countdown")
    assert 1 <= int(seconds or "") <= 61
    if javascript:
        assert await flaws(page) == []


@patience
async def test_the_seconds_are_counted_down_to_the_next_try(
    open_page: Open, product: Product
) -> None:
    page = await open_page(FORM, expects=REFUSED)
    await sent(page, FIRST)
    await page.clock.install()
    await page.goto(product.form)
    await fill(page)
    await send(page)
    line = page.locator("#notices [data-countdown]")
    await expect(line).to_contain_text("秒后可再试")
    told = int(await line.get_attribute("data-countdown") or "")

    await page.clock.run_for(10_000)
    left = int((await line.inner_text()).split()[0])
    assert left <= told - 9
    await page.clock.run_for(told * 1000)
    await expect(line).to_have_text("现在可以再试了。")
    assert await page.input_value("textarea[name=content]") == TEXT


async def sent_after(page: Page, product: Product, seconds: float, text: str = TEXT) -> None:
    """Filled in and sent so long after the page was made."""
    await fill(page, text)
    made = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)
    token = form_token.issue(product.slug, now=made)
    await page.evaluate("(t) => { document.querySelector('[name=token]').value = t; }", token)
    await send(page)


@haste
@javascript
async def test_who_is_faster_than_a_person_reads_a_receipt_and_is_set_aside(
    open_page: Open, product: Product, fakes: FakeVendors, javascript: bool
) -> None:
    page = await open_page(FORM, java_script_enabled=javascript)
    await sent_after(page, product, 0)
    await page.wait_for_selector(RECEIPT)
    (row,) = product.messages()
    assert product.contents() == [(TEXT, "spam")]
    assert await page.inner_text("output") == row["reference"]

    # The channel works: a person's message is all that it is told of.
    other = await open_page(FORM)
    await sent_after(other, product, 3, "不急的一条")
    await other.wait_for_selector(RECEIPT)
    (call,) = await fakes.arrived(1, "wecom", "k")
    assert "不急的一条" in call.parsed["markdown"]["content"]
    assert len(fakes.calls()) == 1


@haste
@javascript
async def test_an_old_page_needs_one_more_click_and_loses_nothing(
    open_page: Open, product: Product, javascript: bool
) -> None:
    page = await open_page(FORM, java_script_enabled=javascript)
    await page.fill("input[name=name]", "张三")
    await sent_after(page, product, 25 * 3600)
    await page.wait_for_selector("text=再提交一次")
    assert await page.input_value("textarea[name=content]") == TEXT
    assert await page.input_value("input[name=phone]") == "+86 138-0013-8000"
    assert await page.input_value("input[name=name]") == "张三"
    assert product.messages() == []

    await send(page)
    await page.wait_for_selector(RECEIPT)
    assert [row["status"] for row in product.messages()] == ["pending"]


@patience
async def test_without_a_script_other_ways_stand_beside_the_refusal(
    open_page: Open, product: Product
) -> None:
    name_other_ways(product)
    page = await open_page(FORM, java_script_enabled=False)
    assert not await page.is_visible("#otherwise")
    page = await refused(open_page, product, java_script_enabled=False)
    await expect(page.locator("#otherwise")).to_contain_text("400 820 8820")
