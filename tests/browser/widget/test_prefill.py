"""What a page knows of its visitor is filled in for him, and never in place of what he does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Frame

from tests.browser.shop import Shop
from tests.browser.widget.conftest import Guest, Visit

STUB = (
    "<script>window.LeaveMessage=window.LeaveMessage||function(){"
    "(LeaveMessage.q=LeaveMessage.q||[]).push([].slice.call(arguments))};%s</script>"
)
KNOWN = {
    "name": "张三",
    "phone": "13800138000",
    "wechat": "wx_zhang3",
    "is_admin": {"a": 1},
    "custom": {"order": "A-42", "wish": "红茶\n绿茶", "day": "2027-02-05"},
}
FILLED = {
    "name": "张三",
    "phone": "13800138000",
    "email": "",
    "wechat": "wx_zhang3",
    "f-order_no": "A-42",
    "f-wish": "红茶\n绿茶",
    "f-day": "2027-02-05",
}


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Its form asks for an order, a wish and a day too."""
    shop.product.add_field("text", key="order_no", prefill="order")
    shop.product.add_field("textarea", key="wish", prefill="wish")
    shop.product.add_field("date", key="day", prefill="day")
    shop.product.publish()
    return shop


async def visited(visit: Visit, shop: Shop, when: str) -> tuple[Guest, Frame]:
    """The form, with `KNOWN` told before the script has come, before the form is there, or after
    that."""
    early = f"LeaveMessage('setVisitor',{json.dumps(KNOWN)})" if when == "before" else ""
    guest = await visit(shop.page(head=STUB % early))
    await guest.launcher.wait_for()
    if when == "loaded":
        await guest.call("setVisitor", KNOWN)
    form = await guest.open()
    if when == "open":
        await guest.call("setVisitor", KNOWN)
    return guest, form


async def holds(form: Frame, values: dict[str, str]) -> None:
    for name, value in values.items():
        await form.wait_for_function(
            "([name, value]) => document.forms[0].elements[name].value === value",
            arg=[name, value],
        )


@pytest.mark.parametrize("when", ["before", "loaded", "open"])
async def test_it_is_filled_in_whenever_it_is_told(visit: Visit, shop: Shop, when: str) -> None:
    _, form = await visited(visit, shop, when)
    await holds(form, FILLED)


TYPED = {"name": "王五", "wechat": "wang5", "f-order_no": "B-1", "f-wish": "白茶"}
NEWS: dict[str, Any] = {
    **dict.fromkeys(("name", "wechat"), "李四的"),
    "phone": "13900139000",
    "email": "li4@shop.example",
    "custom": {"order": "C-3", "wish": "花茶", "day": "2027-03-01"},
}


@pytest.mark.parametrize("when", ["before", "loaded", "open"])
async def test_what_is_typed_stays_and_the_rest_follows(
    visit: Visit, shop: Shop, when: str
) -> None:
    guest, form = await visited(visit, shop, when)
    await holds(form, FILLED)
    for name, text in TYPED.items():
        await form.fill(f"[name='{name}']", text)
    await guest.call("setVisitor", NEWS)
    followed = {"email": "li4@shop.example", "phone": "13900139000", "f-day": "2027-03-01"}
    await holds(form, {**followed, **TYPED})


async def test_what_is_typed_before_anything_is_told_stays(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    form = await guest.open()
    for name, text in TYPED.items():
        await form.fill(f"[name='{name}']", text)
    await guest.call("setVisitor", KNOWN)
    await holds(form, {"phone": "13800138000", "f-day": "2027-02-05", **TYPED})


async def test_what_is_taken_out_is_not_put_in_again(visit: Visit, shop: Shop) -> None:
    guest, form = await visited(visit, shop, "before")
    await holds(form, FILLED)
    await form.fill("input[name=phone]", "")
    await form.fill("[name=f-order_no]", "")
    await guest.call("setVisitor", {"email": "li4@shop.example", "phone": "13900139000"})
    await holds(form, {"email": "li4@shop.example", "phone": "", "f-order_no": ""})


async def test_it_stays_through_a_try_with_faults_and_arrives(visit: Visit, shop: Shop) -> None:
    guest, form = await visited(visit, shop, "before")
    await holds(form, FILLED)
    await form.fill("[name=f-wish]", "白茶")
    await form.click("button[type=submit]")
    await form.wait_for_selector(".summary")
    await holds(form, {**FILLED, "f-wish": "白茶"})
    await form.fill("textarea[name=content]", "请回电")
    await form.click("button[type=submit]")
    await guest.waits_for("submitted")

    message = shop.messages()[0]
    assert message["visitor"]["phone"] == "13800138000"
    assert message["visitor"]["wechat"] == "wx_zhang3"
    assert message["fields"] == {
        "order_no": "A-42",
        "wish": "白茶",
        "day": "2027-02-05",
    }


async def test_choices_and_hidden_facts_are_filled_in_too(visit: Visit, shop: Shop) -> None:
    shop.product.add_field("select", prefill="plan", choices="专业版 | Pro\n基础版 | Basic")
    shop.product.add_field("hidden", prefill="campaign")
    shop.product.publish()
    guest = await visit(shop.page())
    await guest.launcher.wait_for()
    await guest.call("setVisitor", {"phone": "13800138000", "custom": {"plan": "基础版"}})
    await guest.call("setContext", {"campaign": "spring"})
    form = await guest.open()
    await holds(form, {"f-select": "基础版"})
    await form.fill("textarea[name=content]", "换货")
    await form.click("button[type=submit]")
    await guest.waits_for("submitted")

    assert shop.messages()[0]["fields"] == {"select": "基础版", "hidden": "spring"}
