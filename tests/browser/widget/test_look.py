"""The widget among the styles, scripts and wishes of other people's pages."""

from __future__ import annotations

from typing import Any

import pytest

from app import widget
from app.widget.identity import signature
from tests.browser.shop import WORDS, Shop
from tests.browser.widget.conftest import Guest, Visit
from tests.web.reading import Page as Read


async def style(guest: Guest, *names: str) -> list[str]:
    found: list[str] = await guest.launcher.evaluate(
        "(e, names) => names.map((name) => getComputedStyle(e)[name])", list(names)
    )
    return found


async def test_the_attributes_of_the_tag_win_over_the_settings(visit: Visit, shop: Shop) -> None:
    attributes = 'data-lm-side="left" data-lm-accent="#ffd54f" data-lm-theme="dark" data-lm-z="77"'
    guest = await visit(shop.page(attributes=attributes))
    await guest.launcher.wait_for()

    assert await style(guest, "left", "backgroundColor", "color", "zIndex") == [
        "20px",
        "rgb(255, 213, 79)",
        "rgb(17, 19, 24)",
        "77",
    ]
    form = await guest.open()
    assert await form.get_attribute("html", "data-theme") == "dark"
    button = form.locator("button[type=submit]")
    assert (
        await button.evaluate("(e) => getComputedStyle(e).backgroundColor") == "rgb(255, 213, 79)"
    )


async def test_a_page_may_open_it_itself_and_nothing_else_does(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(attributes='data-lm-show="manual"'))
    await guest.waits_for("boot")
    assert await guest.launcher.is_hidden()

    await guest.call("open", {"content": "关于订单 42"})
    form = await guest.usable()
    await form.wait_for_function("document.forms[0].elements.content.value === '关于订单 42'")
    await guest.call("toggle")
    await guest.panel.wait_for(state="hidden")


async def test_calls_work_both_ways_and_handlers_come_and_go(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    await guest.launcher.wait_for()
    await guest.page.evaluate(
        """() => { window.heard = []; window.hear = (d) => heard.push(d);
        LeaveMessage.on('open', hear); LeaveMessage('on', 'close', hear); LeaveMessage.open() }"""
    )
    await guest.usable()
    await guest.page.evaluate("LeaveMessage.off('close', hear); LeaveMessage.close()")

    assert await guest.page.evaluate("heard.length") == 1
    assert await guest.page.evaluate("LeaveMessage.version") == "1.0.0"
    await guest.page.evaluate("LeaveMessage('nonsense'); LeaveMessage()")
    assert guest.errors == []


async def test_a_fault_of_a_handler_is_the_pages_own_and_stops_nothing(
    visit: Visit, shop: Shop
) -> None:
    guest = await visit(shop.page(), expect=["my own fault"])
    await guest.launcher.wait_for()
    await guest.page.evaluate("LeaveMessage.on('open', () => { throw new Error('my own fault') })")
    await guest.open()

    assert guest.errors == ["my own fault"]


async def test_a_page_from_right_to_left_changes_nothing_in_it(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(html='lang="ar" dir="rtl"'), locale="en-US")
    await guest.launcher.wait_for()

    assert await style(guest, "direction", "right") == ["ltr", "20px"]
    form = await guest.open()
    assert await form.evaluate("getComputedStyle(document.body).direction") == "ltr"


async def test_the_styles_of_the_page_do_not_reach_it(visit: Visit, shop: Shop) -> None:
    head = (
        "<style>*, leave-message { display: none !important; font-size: 3px !important }"
        "html, body, h1 { display: block !important }</style>"
    )
    guest = await visit(shop.page(head=head))
    await guest.launcher.wait_for()

    assert await style(guest, "fontSize") == ["16px"]


async def test_it_is_not_printed(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    await guest.launcher.wait_for()
    await guest.page.emulate_media(media="print")

    assert await guest.launcher.is_hidden()


async def test_reduced_motion_and_forced_colours_are_respected(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), reduced_motion="reduce", forced_colors="active")
    await guest.launcher.wait_for()

    assert (await style(guest, "borderTopWidth")) == ["2px"]
    await guest.open()
    assert await guest.panel.evaluate("(e) => getComputedStyle(e).animationName") == "none"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_form_follows_the_device(visit: Visit, shop: Shop, scheme: Any) -> None:
    guest = await visit(shop.page(), color_scheme=scheme)
    form = await guest.open()

    expected = {"light": "rgb(255, 255, 255)", "dark": "rgb(26, 28, 33)"}[scheme]
    assert await form.evaluate("getComputedStyle(document.body).backgroundColor") == expected


async def test_a_signed_visitor_and_the_allowed_context_arrive_in_the_inbox(
    visit: Visit, shop: Shop
) -> None:
    shop.settings(context="order_no")
    answer = shop.post("/settings/widget/identity")
    found = Read(answer).attributes("button")
    secret = next(each["data-copy"] for each in found if len(each.get("data-copy", "")) == 43)
    guest = await visit(shop.page())
    await guest.launcher.wait_for()
    await guest.call(
        "setVisitor",
        {"name": "张三", "external_id": "user-42", "signature": signature(secret, "user-42")},
    )
    await guest.call("setContext", {"order_no": "20261120-88", "secret_rank": "vip"})
    form = await guest.open()
    await form.fill("textarea[name=content]", "有签名的留言")
    await form.fill("input[name=phone]", "13800138000")
    await form.click("button[type=submit]")
    await guest.waits_for("submitted")

    message = shop.messages()[0]
    assert message["external_id"] == "user-42"
    assert message["fields"] == {"order_no": "20261120-88"}
    assert message["page_url"] == guest.page.url
    shop.post("/settings/widget/identity", to="off")


async def test_a_faulty_try_keeps_the_context_for_the_next(visit: Visit, shop: Shop) -> None:
    shop.settings(context="order_no")
    guest = await visit(shop.page(body=WORDS))
    await guest.launcher.wait_for()
    await guest.call("setContext", {"order_no": "A-1"})
    form = await guest.open()
    await form.click("button[type=submit]")
    await form.wait_for_selector("text=有 2 处需要修改")
    await form.fill("textarea[name=content]", "第二次就对了")
    await form.fill("input[name=phone]", "13800138000")
    await form.click("button[type=submit]")
    await guest.waits_for("submitted")

    assert shop.messages()[0]["fields"] == {"order_no": "A-1"}


def test_these_tests_know_the_usual_settings() -> None:
    assert widget.Setup().show == "offline"
