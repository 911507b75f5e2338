"""Who writes too often is asked to wait; who writes too fast is thanked and set aside."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app import formtoken
from tests.browser.conftest import FAULTY, Open, furnished
from tests.browser.test_form import FORM, RECEIPT, TEXT, fill, flaws, send, sent
from tests.browser.test_form_help import named
from tests.fakes.vendors import FakeVendors
from tests.processes import Process, command

FIRST = "先来的一条"
REFUSED = r"^Failed to load resource: .*\b429\b"
ONE_A_MINUTE = {"LEAVEMSG_SUBMIT_PER_MINUTE": 1}
# As it is delivered: what is sent within two seconds is set aside.
TWO_SECONDS = {"LEAVEMSG_SUBMIT_SECONDS": 2}


@pytest.fixture
async def product(
    request: pytest.FixtureRequest, tmp_path: Path, fakes: FakeVendors
) -> AsyncIterator[Process]:
    """As `@patience` or `@haste` says."""
    key = os.environ["LEAVEMSG_SECRET_KEY"]
    changes = {"LEAVEMSG_SECRET_KEY": key, **request.param}
    async with furnished(tmp_path / "data", fakes, **changes) as running:
        yield running


patience = pytest.mark.parametrize("product", [ONE_A_MINUTE], indirect=True, ids=["1-a-minute"])
haste = pytest.mark.parametrize("product", [TWO_SECONDS], indirect=True, ids=["2-seconds"])
javascript = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


def stored(product: Process) -> list[dict[str, Any]]:
    """The newest first."""
    found = command("message", "list", "--json", env=product.env)
    rows: list[dict[str, Any]] = json.loads(found.stdout)
    return rows


async def refused(open_page: Open, **options: Any) -> Page:
    """The form with a second message that was one too many."""
    page = await open_page(FORM, expects=f"{FAULTY}|{REFUSED}", **options)
    await fill(page, FIRST)
    await send(page)
    await page.wait_for_selector(RECEIPT)
    await page.goto(FORM)
    await page.fill("input[name=name]", "张三")
    await page.select_option("select[name=category]", index=2)
    await fill(page)
    await send(page)
    await page.wait_for_selector("[data-countdown]")
    return page


@patience
@javascript
async def test_one_message_too_many_keeps_the_form_and_all_that_was_typed(
    open_page: Open, product: Process, javascript: bool
) -> None:
    page = await refused(open_page, java_script_enabled=javascript)
    assert await page.input_value("textarea[name=content]") == TEXT
    assert await page.input_value("input[name=phone]") == "+86 138-0013-8000"
    assert await page.input_value("input[name=name]") == "张三"
    assert await page.input_value("select[name=category]") == "售后服务"
    assert [row["content"] for row in stored(product)] == [FIRST]


@patience
@javascript
async def test_it_is_announced_with_the_seconds_to_wait(
    open_page: Open, product: Process, javascript: bool
) -> None:
    page = await refused(open_page, java_script_enabled=javascript)
    notice = page.get_by_role("alert").filter(has_text="提交太频繁")
    await expect(notice).to_contain_text("秒后可再试")
    seconds = await notice.locator("[data-countdown]").get_attribute("data-countdown")
    assert 1 <= int(seconds or "") <= 61
    if javascript:
        assert await flaws(page) == []


@patience
async def test_the_seconds_are_counted_down_to_the_next_try(
    open_page: Open, product: Process
) -> None:
    page = await open_page(FORM, expects=REFUSED)
    await sent(page, FIRST)
    await page.clock.install()
    await page.goto(FORM)
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


async def sent_after(page: Page, seconds: float, text: str = TEXT) -> None:
    """Filled in and sent so long after the page was made."""
    await fill(page, text)
    made = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)
    token = formtoken.issue("default", now=made)
    await page.evaluate("(t) => { document.querySelector('[name=token]').value = t; }", token)
    await send(page)
    await page.wait_for_selector(RECEIPT)


@haste
@javascript
@pytest.mark.usefixtures("configure")
async def test_who_is_faster_than_a_person_reads_a_receipt_and_is_set_aside(
    open_page: Open, product: Process, fakes: FakeVendors, javascript: bool
) -> None:
    page = await open_page(FORM, java_script_enabled=javascript)
    await sent_after(page, 0)
    (row,) = stored(product)
    assert (row["content"], row["status"]) == (TEXT, "spam")
    assert await page.inner_text("output") == row["reference"]

    # The channel works: a person's message is all that it is told of.
    other = await open_page(FORM)
    await sent_after(other, 3, "不急的一条")
    (call,) = await fakes.arrived(1, "wecom", "k")
    assert "不急的一条" in call.parsed["markdown"]["content"]
    assert len(fakes.calls()) == 1


@patience
async def test_without_a_script_other_ways_stand_beside_the_refusal(
    open_page: Open, product: Process
) -> None:
    await named(open_page)
    page = await open_page(FORM, java_script_enabled=False)
    assert not await page.is_visible("#otherwise")
    page = await refused(open_page, java_script_enabled=False)
    await expect(page.locator("#otherwise")).to_contain_text("400 820 8820")
