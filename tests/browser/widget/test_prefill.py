"""What the page around the form knows, in fields of the organization's own."""

from __future__ import annotations

from tests.browser.shop import Shop
from tests.browser.widget.conftest import Visit

FIELDS = "/settings/form/fields"


def add(shop: Shop, kind: str, **values: str) -> None:
    shop.post("/settings/form/add", kind=kind)
    shop.post(f"{FIELDS}/{kind}", label_zh=f"字段{kind}", in_notice="on", preset="", **values)


async def test_own_fields_are_filled_in_from_the_page(visit: Visit, shop: Shop) -> None:
    add(shop, "text", key="order_no", prefill="order", in_list="on")
    add(shop, "select", prefill="plan", choices="专业版 | Pro\n基础版 | Basic")
    add(shop, "hidden", prefill="campaign")
    shop.post("/settings/form/publish")
    guest = await visit(shop.page())
    await guest.launcher.wait_for()
    known = {"phone": "13800138000", "custom": {"order": "A-1", "plan": "基础版"}}
    await guest.call("setVisitor", known)
    await guest.call("setContext", {"campaign": "spring"})

    form = await guest.open()
    await form.wait_for_function("document.querySelector('[name=f-order_no]').value === 'A-1'")
    await form.fill("[name=f-order_no]", "B-2")
    await guest.call("setVisitor", {"custom": {"order": "C-3"}})
    await form.fill("textarea[name=content]", "换货")
    await form.click("button[type=submit]")
    await guest.waits_for("submitted")

    message = shop.messages()[0]
    answers = {"order_no": "B-2", "select": "基础版", "hidden": "spring"}
    assert (message["visitor"]["phone"], message["fields"]) == ("13800138000", answers)
