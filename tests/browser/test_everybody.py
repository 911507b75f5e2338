"""Everybody can use what a visitor sees: axe finds nothing, whatever the colours, the language and
the state of the page, on the narrowest screen."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.browser.conftest import Open
from tests.browser.product import FORM, Product
from tests.browser.visitor import fill, flaws, send, sent

NARROW = {"width": 320, "height": 640}
OWN = ("text", "textarea", "radio", "select", "checkboxes", "phone", "email", "wechat", "number")
OWN_KINDS = (*OWN, "date", "url", "consent")


LOOKS: list[dict[str, object]] = [
    {"locale": locale, "color_scheme": colours, "viewport": NARROW}
    for locale, colours in (("zh-CN", "light"), ("en-US", "dark"))
]
"""Room depends on the language, contrast on the colours, neither on both."""
every_look = pytest.mark.parametrize(
    "look", LOOKS, ids=lambda look: f"{look['locale']}-{look['color_scheme']}"
)


async def sound(page: Page) -> None:
    assert await flaws(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@every_look
async def test_the_form_its_faults_the_receipt_and_the_status(
    open_page: Open, product: Product, look: dict[str, object]
) -> None:
    page = await open_page(FORM, **look)
    await sound(page)
    await send(page)
    await page.wait_for_selector(".summary:focus")
    await sound(page)
    await fill(page)
    await send(page)
    await page.wait_for_selector("[data-sent]")
    await sound(page)

    message = product.messages()[0]["uid"]
    product.post(f"/inbox/{message}/remark", text="三天内发货。", visible="yes")
    await page.click("a[href*='/m/']")
    await page.wait_for_selector(".steps")
    await sound(page)
    await page.click("form:last-of-type button[type=submit]")
    await page.wait_for_selector("#text-fault")
    await sound(page)


@every_look
async def test_the_form_with_a_question_of_every_kind(
    open_page: Open, product: Product, look: dict[str, object]
) -> None:
    with_every_kind(product)
    page = await open_page(FORM, **look)
    await sound(page)
    await send(page)
    await page.wait_for_selector(".summary:focus")
    for kind in ("text", "textarea", "radio", "select", "checkboxes", "number", "date", "consent"):
        assert await page.locator(f"[name^='f-{kind}'][aria-invalid=true]").count() >= 1, kind
    await sound(page)

    await answered(page)
    await sent(page)
    await sound(page)
    assert product.messages()[0]["fields"]["date"] == "2027-02-05"


def with_every_kind(product: Product) -> None:
    for kind in OWN_KINDS:
        product.add_field(kind, required="on", hint_zh="为了更快答复您", hint_en="To be faster")
    product.publish()


async def answered(page: Page) -> None:
    """All that is asked besides the message and the phone number."""
    for name, text in (
        *(("text", "A-42"), ("textarea", "红茶"), ("phone2", "13900139000")),
        *(("email2", "ann@shop.example"), ("wechat2", "ann_1990"), ("number", "3")),
        *(("date", "2027-02-05"), ("url", "https://shop.example/42")),
    ):
        await page.fill(f"[name=f-{name}]", text)
    await page.select_option("[name=f-select]", index=1)
    for kind in ("radio", "checkboxes", "consent"):
        await page.locator(f"[name^=f-{kind}]").first.check()


async def test_a_link_that_is_over(open_page: Open) -> None:
    for colours in ("light", "dark"):
        page = await open_page(
            f"{FORM}/m/LM-AAAAAA?k=1.x", expects=r"\b404\b", color_scheme=colours, viewport=NARROW
        )
        await sound(page)
