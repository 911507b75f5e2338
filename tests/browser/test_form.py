"""The visitor's form in a real browser: faults, drafts, trouble on the way, and its builder."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.product import FORM, Product
from tests.browser.visitor import RECEIPT, TEXT, fill, flaws, send, sent
from tests.fakes.vendors import FakeVendors


async def test_each_line_of_the_summary_leads_to_its_field(open_page: Open) -> None:
    page = await open_page(FORM)
    await send(page)
    await page.wait_for_selector(".summary:focus")
    for field in ("content", "phone"):
        await page.click(f".summary a[href='#{field}']")
        assert await page.evaluate("document.activeElement.id") == field
    content = page.locator("#content")
    assert await content.get_attribute("aria-invalid") == "true"
    assert "content-fault" in (await content.get_attribute("aria-describedby") or "")


REACHED = [
    ("input[name=phone]", "13800138000", "138****8000"),
    ("input[name=phone]", "+86 138-0013-8000", "138****8000"),
    ("input[name=phone]", "１３８ ００１３ ８０００", "138****8000"),
    ("input[name=email]", "Zhang.San@Example.com", "Zh***@example.com"),
    ("input[name=wechat]", "zhang_san3", "z****3"),
]


@pytest.mark.parametrize(("field", "typed", "said"), REACHED)
async def test_one_way_to_be_reached_is_enough_and_none_is_one_fault(
    open_page: Open, field: str, typed: str, said: str
) -> None:
    page = await open_page(FORM)
    await page.fill("textarea[name=content]", TEXT)
    await send(page)
    fault = page.locator("#contact-fault")
    await expect(fault).to_have_text("至少填一种联系方式，方便我们回复您")
    assert await page.locator(".summary li").count() == 1
    assert await page.locator("fieldset#contact[aria-describedby=contact-fault]").count() == 1

    await page.fill(field, typed)
    await send(page)
    await page.wait_for_selector(RECEIPT)
    assert said in await page.inner_text("main")
    assert typed not in await page.inner_text("main")


@pytest.mark.parametrize(
    "typed", ["+86 138-0013-8000", "１３８ ００１３ ８０００", "8613800138000"]
)
async def test_a_phone_number_is_stored_in_one_way(
    open_page: Open, product: Product, typed: str
) -> None:
    page = await open_page(FORM)
    await page.fill("textarea[name=content]", TEXT)
    await page.fill("input[name=phone]", typed)
    await send(page)
    await page.wait_for_selector(RECEIPT)
    assert product.messages()[0]["visitor"]["phone"] == "13800138000"


async def test_the_reference_is_told_to_the_page_around_and_focused(open_page: Open) -> None:
    page = await open_page(FORM)
    await page.evaluate(
        "document.addEventListener('leave:tell', (e) => { window.told = e.detail.reference; })"
    )
    reference = await sent(page)
    assert await page.evaluate("window.told") == reference
    assert await page.evaluate("document.activeElement.tagName") == "H1"


async def test_the_visitor_s_zone_goes_along(open_page: Open) -> None:
    page = await open_page(FORM, timezone_id="America/New_York")
    await sent(page)

    assert "tz=America%2FNew_York" in page.url
    assert "tz=America%2FNew_York" in str(await page.get_attribute("a[href*='/m/']", "href"))


async def test_enter_twice_and_back_again_are_one_message(open_page: Open) -> None:
    page = await open_page(FORM, java_script_enabled=False)
    await fill(page)
    await page.press("input[name=phone]", "Enter")
    reference = await page.inner_text("output")
    await page.go_back()
    await fill(page)
    await send(page)
    assert await page.inner_text("output") == reference

    inbox = await open_page("/inbox", signed_in=True)
    assert await inbox.locator("[data-row]").count() == 1


async def test_nothing_typed_is_lost_while_the_network_is_away(open_page: Open) -> None:
    page = await open_page(FORM, expects="ERR_INTERNET_DISCONNECTED|Failed to fetch")
    await fill(page)
    await page.context.set_offline(True)
    await send(page)
    await page.wait_for_selector("#notices >> text=内容还在")
    assert await page.input_value("textarea[name=content]") == TEXT
    await page.context.set_offline(False)
    await send(page)
    await page.wait_for_selector(RECEIPT)


@pytest.mark.parametrize("status", [500, 503])
async def test_nothing_typed_is_lost_while_the_server_is_ill(
    open_page: Open, product: Product, status: int
) -> None:
    page = await open_page(FORM, expects=str(status))
    await fill(page)

    async def fail(route: Route) -> None:
        await route.fulfill(status=status, body="<h1>down</h1>", content_type="text/html")

    await page.route(f"**{product.form}*", fail)
    await send(page)
    await page.wait_for_selector("#notices >> text=内容还在")
    assert await page.input_value("textarea[name=content]") == TEXT
    await page.unroute(f"**{product.form}*")
    await send(page)
    await page.wait_for_selector(RECEIPT)


async def test_a_draft_outlives_a_reload_and_not_the_sending(
    open_page: Open, product: Product
) -> None:
    page = await open_page(FORM)
    await fill(page)
    await page.select_option("select[name=category]", index=2)
    await page.reload()
    assert await page.input_value("textarea[name=content]") == TEXT
    assert await page.input_value("select[name=category]") == "售后服务"
    await send(page)
    await page.wait_for_selector(RECEIPT)
    await page.goto(product.form)
    assert await page.input_value("textarea[name=content]") == ""


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
async def test_robots_read_a_receipt_and_are_set_aside(
    open_page: Open, product: Product, fakes: FakeVendors, javascript: bool
) -> None:
    page = await open_page(FORM, java_script_enabled=javascript)
    await page.evaluate("document.getElementById('link').value = 'https://spam.example'")
    reference = await sent(page)
    assert "留言已收到" in await page.inner_text("h1")
    inbox = await open_page("/inbox?status=spam", signed_in=True)
    assert TEXT in await inbox.inner_text("main")
    assert product.messages()[0]["reference"] == reference
    assert product.messages()[0]["status"] == "spam"

    # The channel works: a person's message is all that it is told of.
    await sent(await open_page(FORM), "人写的一条")
    (call,) = await fakes.arrived(1, "wecom", "k")
    assert "人写的一条" in call.parsed["markdown"]["content"]
    assert len(fakes.calls()) == 1


async def build(page: Page, kind: str, label: str, key: str) -> None:
    await page.goto("/settings/form")
    await page.select_option("select[name=kind]", kind)
    await page.click(".add-field button")
    await page.fill("[name='label_zh-CN']", label)
    await page.fill("[name=key]", key)
    await page.check("[name=in_list]")
    # The script takes the note out of the address again.
    async with page.expect_navigation(url="**/settings/form?done=saved*"):
        await page.click(".field-form button.primary")


async def publish(page: Page) -> None:
    async with page.expect_navigation(url="**done=published*"):
        await page.click(".draft button.primary")


async def order(page: Page) -> list[str]:
    found = await page.locator("#lines > ol > li").evaluate_all(
        "all => all.map(e => e.dataset.key)"
    )
    return list(found)


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
async def test_a_form_is_built_published_and_filled_in(
    open_page: Open, fakes: FakeVendors, javascript: bool
) -> None:
    admin = await open_page("/inbox", java_script_enabled=javascript, viewport=None, signed_in=True)
    await build(admin, "text", "订单号", "order_no")
    await admin.click("#up-order_no")
    last = admin.locator("#lines > ol > li").last
    await expect(last).to_have_attribute("data-key", "email")
    assert (await order(admin))[-2:] == ["order_no", "email"]
    await publish(admin)

    old = await open_page(FORM, java_script_enabled=javascript)
    await old.fill("[name=f-order_no]", "A1")
    await fill(old)
    await build(admin, "text", "型号", "model")
    await publish(admin)
    await send(old)
    await old.wait_for_selector(RECEIPT)

    new = await open_page(FORM, java_script_enabled=javascript)
    assert "型号" in await new.inner_text("main")
    (call,) = await fakes.arrived(1, "wecom", "k")
    assert "订单号：A1" in call.parsed["markdown"]["content"]
    await admin.goto("/inbox")
    assert "订单号: A1" in await admin.inner_text("main")


async def test_fields_move_by_keyboard_and_by_dragging(open_page: Open) -> None:
    page = await open_page("/inbox", viewport={"width": 1280, "height": 900}, signed_in=True)
    await page.goto("/settings/form")
    await page.focus("#up-name")
    # At the top there is no way up, so the focus goes to the way down.
    for place, focused in ((1, "up-name"), (0, "down-name")):
        await page.keyboard.press("Enter")
        await page.wait_for_function(
            "([n, id]) => document.querySelectorAll('#lines > ol > li')[n].dataset.key === 'name'"
            " && document.activeElement.id === id",
            arg=[place, focused],
        )
    async with page.expect_response("**/settings/form/order"):
        await page.drag_and_drop(
            "#line-email .grip", "#line-content", target_position={"x": 9, "y": 3}
        )
    await page.reload()
    assert (await order(page))[:3] == ["name", "email", "content"]


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
async def test_a_new_field_is_named_and_saved_with_enter(open_page: Open, javascript: bool) -> None:
    page = await open_page("/inbox", java_script_enabled=javascript, signed_in=True)
    await page.goto("/settings/form")
    await page.click(".add-field button")
    await expect(page.locator("#label_zh-CN")).to_be_focused()
    if javascript:
        # The script has it ready to be typed over.
        await page.wait_for_function("document.activeElement.selectionEnd > 0")
    else:
        await page.keyboard.press("Control+a")
    await page.keyboard.type("订单号")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/settings/form**")
    await expect(page.locator("#line-text a").first).to_have_text("订单号")


async def test_enter_in_the_box_for_trying_tries(open_page: Open) -> None:
    page = await open_page("/inbox", signed_in=True)
    await page.goto("/settings/form/fields/name")
    await page.select_option("#preset", "own")
    pattern = "(?:" + "|".join(f"[{n}-9]{{2}}" for n in range(8)) + ")"
    await page.fill("#pattern", pattern)
    shown = "e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]"
    assert await page.locator("#pattern").evaluate(shown) == [0, 0]
    await page.fill("#sample", "a")
    await page.press("#sample", "Enter")
    await expect(page.locator("#tried")).to_contain_text("格式不符合要求")
    await page.fill("#error_zh-CN", "两位数字")
    await page.press("#sample", "Enter")
    await expect(page.locator("#tried")).to_contain_text("两位数字")


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("zh-CN", "手机号少了 2 位，对吗？"),
        ("en", "This mobile number lacks 2 digits. Is it right?"),
    ],
)
async def test_a_phone_in_doubt_is_asked_about_and_a_second_press_insists(
    open_page: Open, product: Product, scripts: bool, language: str, asked: str
) -> None:
    page = await open_page(f"{FORM}?lang={language}", java_script_enabled=scripts)
    await page.fill("textarea[name=content]", TEXT)
    await page.fill("input[name=phone]", "138-0013-80")
    await send(page)
    await expect(page.locator(".summary.ask")).to_contain_text(asked)
    await expect(page.locator("#phone-fault")).to_have_text(asked)
    assert await page.input_value("textarea[name=content]") == TEXT
    if scripts:
        assert await flaws(page) == []
    await send(page)
    await page.wait_for_selector("output")
    assert product.messages()[0]["visitor"]["phone"] == "138-0013-80"


async def test_what_is_pasted_is_never_cut(open_page: Open) -> None:
    page = await open_page(FORM)
    await page.locator("textarea[name=content]").focus()
    await page.keyboard.insert_text("字" * 5003)
    await page.locator("input[name=name]").focus()
    await page.keyboard.insert_text("😀" * 65)
    await expect(page.locator("#content-count")).to_contain_text("超出 3 个字")
    await expect(page.locator("#name-count")).to_contain_text("超出 1 个字")
    await send(page)
    await page.wait_for_selector(".summary:focus")
    assert len(await page.input_value("textarea[name=content]")) == 5003
