"""The launcher and the panel on a page of another site."""

from __future__ import annotations

import gzip
import re

import pytest
from playwright.async_api import expect

from tests.browser.shop import WORDS, Shop
from tests.browser.visitor import sent
from tests.browser.widget.conftest import Visit
from web.visitor.script import pinned, scripts

PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}


async def test_before_a_click_there_are_two_requests_and_no_trace(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    await guest.launcher.wait_for()
    await guest.page.wait_for_load_state("networkidle")

    ours = [url for url in guest.requests if url.startswith(shop.url)]
    assert ours == [f"{shop.url}/embed/v1.js", f"{shop.form}/boot.json"]
    assert await guest.context.cookies([shop.url, shop.site.url]) == []
    assert await guest.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert [frame.url for frame in guest.page.frames] == [guest.page.url]


async def test_the_launcher_is_a_button_that_can_be_seen_and_reached(
    visit: Visit, shop: Shop
) -> None:
    guest = await visit(shop.page())
    button = guest.page.get_by_role("button", name="留言", exact=True)
    await button.wait_for()
    box = await button.bounding_box()
    assert box is not None
    assert box["width"] >= 44
    assert box["height"] >= 44
    assert await button.get_attribute("aria-expanded") == "false"

    await guest.page.keyboard.press("Tab")
    assert await guest.focused() == "l"
    outline, width, colour = await button.evaluate(
        """(e) => { const style = getComputedStyle(e);
        return [style.outlineStyle, style.outlineWidth, style.backgroundColor] }"""
    )
    assert (outline, width) == ("solid", "3px")
    assert contrast(colour) >= 3


def contrast(rgb: str) -> float:
    """Against a white page."""
    from app.widget.colour import contrast as ratio

    red, green, blue = (int(part) for part in re.findall(r"\d+", rgb)[:3])
    return ratio(f"#{red:02x}{green:02x}{blue:02x}", "#ffffff")


async def test_it_speaks_the_language_of_the_page(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(html='lang="en"'))
    await guest.page.get_by_role("button", name="Leave a message").wait_for()
    form = await guest.open()

    assert await form.get_attribute("html", "lang") == "en"
    await guest.call("setLocale", "zh-CN")
    assert await guest.launcher.get_attribute("aria-label") == "留言"
    assert await form.get_attribute("html", "lang") == "en"
    await guest.call("close")
    await guest.call("setLocale", "zh-CN")
    form = await guest.open()
    assert await form.get_attribute("html", "lang") == "zh-CN"


async def test_escape_closes_from_both_documents_and_the_focus_goes_back(
    visit: Visit, shop: Shop
) -> None:
    guest = await visit(shop.page())
    form = await guest.open()
    assert await guest.launcher.get_attribute("aria-expanded") == "true"
    await form.wait_for_function("document.activeElement.name === 'content'")

    await guest.page.keyboard.press("Escape")
    await guest.panel.wait_for(state="hidden")
    assert await guest.launcher.get_attribute("aria-expanded") == "false"
    assert await guest.focused() == "l"

    await guest.page.keyboard.press("Enter")
    await guest.panel.wait_for()
    await guest.page.evaluate("document.querySelector('h1').setAttribute('tabindex', '0')")
    await guest.page.focus("h1")
    await guest.page.keyboard.press("Escape")
    await guest.panel.wait_for(state="hidden")
    assert [name for name, _ in await guest.told()].count("close") == 2


async def test_a_link_of_the_page_opens_it_and_gets_the_focus_back(
    visit: Visit, shop: Shop
) -> None:
    link = f'<a id="mine" href="{shop.form}" data-lm-open><b>给客服留言</b></a>'
    guest = await visit(shop.page(body=link, attributes='data-lm-launcher="off"'))
    await guest.waits_for("boot")
    await guest.page.click("#mine b")
    await guest.usable()
    assert await guest.launcher.is_hidden()

    await guest.page.keyboard.press("Escape")
    await guest.panel.wait_for(state="hidden")
    assert await guest.focused() == "mine"


async def test_on_a_phone_it_covers_the_screen_and_the_page_behind_stays(
    visit: Visit, shop: Shop
) -> None:
    guest = await visit(shop.page(body=WORDS * 12), **PHONE)
    await guest.launcher.tap()
    form = await guest.usable()

    box = await guest.panel.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 780}
    close = form.get_by_role("button", name="关闭")
    seen = await close.bounding_box()
    assert seen is not None
    assert seen["width"] >= 44
    assert seen["x"] + seen["width"] <= 390
    size = "(e) => parseFloat(getComputedStyle(e).fontSize)"
    for name in ("textarea[name=content]", "input[name=phone]"):
        assert await form.locator(name).evaluate(size) >= 16

    assert (
        await guest.page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    )
    await close.tap()
    await guest.panel.wait_for(state="hidden")
    assert await guest.page.evaluate("document.documentElement.style.overflow") == ""


async def test_it_works_under_the_strictest_policy_of_the_page(visit: Visit, shop: Shop) -> None:
    policy = (
        f"default-src 'none'; script-src {shop.url}; connect-src {shop.url}; frame-src {shop.url};"
        " require-trusted-types-for 'script'; trusted-types 'none'; img-src data:"
    )
    guest = await visit(shop.page(headers={"Content-Security-Policy": policy}))
    form = await guest.open()
    await form.fill("textarea[name=content]", "很严格的页面")
    await form.fill("input[name=phone]", "13800138000")
    await form.click("button[type=submit]")

    detail = await guest.waits_for("submitted")
    assert re.fullmatch(r"LM-[0-9A-Z]{6}", detail["reference"])
    assert [message.text for message in guest.messages] == []


async def test_without_constructed_styles_the_nonce_of_the_script_counts(
    visit: Visit, shop: Shop
) -> None:
    policy = (
        f"default-src 'none'; script-src 'nonce-abc'; style-src 'nonce-abc'; img-src data:;"
        f" connect-src {shop.url}; frame-src {shop.url}"
    )
    guest = await visit(
        shop.page(attributes='nonce="abc"', headers={"Content-Security-Policy": policy}),
        init="delete ShadowRoot.prototype.adoptedStyleSheets;",
    )
    await guest.launcher.wait_for()

    assert await guest.launcher.evaluate("(e) => getComputedStyle(e).position") == "fixed"


async def test_a_site_that_is_not_allowed_gets_a_link_instead(visit: Visit, shop: Shop) -> None:
    shop.settings(embedding="listed", hosts="https://www.shop.example", phone="400-800-1234")
    guest = await visit(shop.page())
    await guest.launcher.click()
    await guest.page.get_by_text("留言窗口打不开").wait_for()

    assert (await guest.waits_for("error"))["code"] == "not_allowed"
    assert any("not among the allowed hosts" in message.text for message in guest.messages)
    async with guest.context.expect_page() as opened:
        await guest.page.get_by_role("link", name="在新窗口中打开").click()
    await (await opened.value).wait_for_selector("textarea[name=content]")


@pytest.mark.whole_browser
async def test_a_frame_that_the_browser_refuses_becomes_a_link_after_six_seconds(
    visit: Visit, shop: Shop
) -> None:
    """The page itself is allowed; the one around it is not."""
    inner = shop.page()
    shop.settings(embedding="listed", hosts=shop.site.url, phone="400-800-1234", wechat="shop_01")
    outer = shop.page(tag=f'<iframe src="{inner}" width="900" height="700"></iframe>')
    outer = outer.replace("localhost", "127.0.0.1")
    guest = await visit(outer, expect=["frame-ancestors", "chrome-error://"], clock=True)
    page = guest.page.frames[1]
    await page.locator("leave-message button.l").click()
    # The real seconds that a busy machine takes count on top.
    await guest.page.clock.run_for(3_000)
    assert await page.get_by_text("留言窗口打不开").is_hidden()
    await guest.page.clock.run_for(3_000)
    await page.get_by_text("留言窗口打不开").wait_for()

    link = page.get_by_role("link", name="在新窗口中打开")
    assert (await link.get_attribute("href") or "").startswith(shop.form)
    assert await page.get_by_role("link", name="400-800-1234").is_visible()
    assert await page.get_by_text("微信号 shop_01").is_visible()
    assert any("refused by frame-ancestors" in message.text for message in guest.messages)
    await page.get_by_role("button", name="关闭").click()
    assert await page.locator("leave-message .p").is_hidden()


async def test_no_other_site_can_frame_the_form_by_hand(visit: Visit, shop: Shop) -> None:
    shop.settings(embedding="listed", hosts="https://www.shop.example")
    frame = f'<iframe src="{shop.form}?embed=1&amp;o={shop.site.url}"></iframe>'
    guest = await visit(shop.page(tag=frame), expect=["frame-ancestors", "chrome-error://"])
    await guest.page.wait_for_timeout(500)

    assert any("frame-ancestors" in message.text for message in guest.messages)
    assert await guest.page.frames[1].query_selector("textarea") is None


async def test_with_the_server_away_the_page_is_unharmed(visit: Visit, shop: Shop) -> None:
    expected = ["net::ERR_CONNECTION_REFUSED", "Failed to load"]
    guest = await visit("about:blank", expect=expected, clock=True)
    ours = f"**/w/{shop.slug}**"
    await guest.context.route(ours, lambda route: route.abort("connectionrefused"))
    await guest.page.goto(shop.page())
    await guest.launcher.click()
    await guest.page.clock.run_for(6_000)
    await guest.page.get_by_text("留言窗口打不开").wait_for()

    assert guest.errors == []
    assert (await guest.waits_for("error"))["code"] == "network"
    assert any("is away or refused" in message.text for message in guest.messages)
    # It comes back: the next try works.
    await guest.context.unroute(ours)
    await guest.page.get_by_role("button", name="关闭").click()
    await guest.open()


async def test_with_no_server_at_all_nothing_happens(visit: Visit, shop: Shop) -> None:
    tag = '<script async src="http://127.0.0.1:9/embed/v1.js" data-lm-site="default"></script>'
    guest = await visit(
        shop.page(tag=tag),
        expect=["ERR_UNSAFE_PORT", "Failed to load"],
        also="http://127.0.0.1:9/",
    )

    assert guest.errors == []
    assert await guest.page.locator("leave-message").count() == 0


async def test_a_single_page_application_keeps_it(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    form = await guest.open()
    await form.fill("textarea[name=content]", "写到一半")
    await guest.page.evaluate("history.pushState({}, '', '/orders/42')")
    await expect(form.locator("[name=page_url]")).to_have_value(re.compile("/orders/42$"))
    await guest.page.evaluate("document.body.innerHTML = ''")
    await guest.page.evaluate("history.replaceState({}, '', '/orders/43')")
    await guest.page.evaluate("document.body.replaceWith(document.createElement('body'))")
    await expect(form.locator("[name=page_url]")).to_have_value(re.compile("/orders/43$"))

    assert await form.input_value("textarea[name=content]") == "写到一半"
    assert await guest.page.locator("leave-message").count() == 1
    await guest.page.evaluate("document.querySelector('leave-message').remove()")
    form = await guest.usable()
    await expect(form.locator("[name=page_url]")).to_have_value(re.compile("/orders/43$"))
    await sent(form, "写完了")
    assert shop.messages()[0]["page_url"].endswith("/orders/43")


async def test_destroy_leaves_no_trace(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    form = await guest.open()
    await form.wait_for_selector("textarea")
    await guest.call("destroy")

    assert await guest.page.evaluate(
        "[history.pushState === History.prototype.pushState, 'LeaveMessage' in window,"
        " document.querySelectorAll('leave-message').length]"
    ) == [True, False, 0]
    before = len(await guest.told())
    await guest.page.keyboard.press("Escape")
    await guest.page.evaluate("history.pushState({}, '', '/x')")
    assert len(await guest.told()) == before


LATER_TAG = """() => {
  const other = document.createElement("script");
  other.src = document.querySelector("script[data-lm-site]").src;
  other.dataset.lmSite = "other";
  document.head.append(other);
}"""


async def test_two_script_tags_are_one_widget_and_two_sites_are_refused(
    visit: Visit, shop: Shop
) -> None:
    guest = await visit(shop.page(tag=shop.tag() + shop.tag()))
    await guest.launcher.wait_for()
    # Scripts that are `async` run in any order; this one comes after the others.
    async with guest.page.expect_console_message(lambda said: "Two sites" in said.text):
        await guest.page.evaluate(LATER_TAG)

    assert await guest.page.locator("leave-message").count() == 1
    assert not [url for url in guest.requests if "/w/other" in url]


async def test_messages_from_elsewhere_and_of_another_shape_are_ignored(
    visit: Visit, shop: Shop
) -> None:
    stranger = shop.page(tag="")
    body = f'<iframe id="stranger" src="{stranger}"></iframe>'
    guest = await visit(shop.page(body=body))
    form = await guest.open()
    stranger_frame = next(frame for frame in guest.page.frames if frame.url == stranger)
    forged = """(target) => { for (const message of [
      {lm: 1, t: 'close'}, {lm: 1, t: 'submitted', reference: 'LM-FORGED'},
      {lm: 1, t: 'size', h: 201}, {lm: 1, t: 'ready'}])
      (target || parent).postMessage(message, '*') }"""
    before = await guest.panel.bounding_box()
    await stranger_frame.evaluate(forged)
    await guest.page.evaluate(f"({forged})(window)")
    # The frame itself, with nonsense.
    await form.evaluate(
        """() => { for (const message of [null, 1, 'x', {t: 'close'}, {lm: 2, t: 'close'},
        {lm: 1, t: 'size', h: 'tall'}, {lm: 1, t: 'size', h: -5}, {lm: 1, t: 'unknown'},
        {lm: 1, t: 'submitted', reference: '<b>'}, {lm: 1, t: 'submitted'},
        {lm: 1, t: 'error', code: {}}]) parent.postMessage(message, '*') }"""
    )
    await guest.page.wait_for_timeout(300)

    assert await guest.panel.bounding_box() == before
    assert [name for name, _ in await guest.told()] == ["boot", "open", "ready"]


async def test_the_form_listens_to_its_own_page_only(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(body=f'<iframe src="{shop.page(tag="")}"></iframe>'))
    form = await guest.open()
    stranger = next(
        frame for frame in guest.page.frames if "/page-" in frame.url and frame.parent_frame
    )
    await stranger.evaluate(
        """() => { for (const frame of Array.from(parent.frames)) frame.postMessage(
        {lm: 1, t: 'init', visitor: {name: '骗子'}, url: 'https://evil.example/', theme: 'dark'},
        '*') }"""
    )
    await guest.page.evaluate(
        """() => document.querySelector('leave-message').shadowRoot.querySelector('iframe')
        .contentWindow.postMessage({lm: 1, t: 'init', accent: 'red;}', ink: 7, visitor: 5,
        url: 'javascript:alert(1)', context: 'x', theme: 'x'}, '*')"""
    )
    await guest.page.wait_for_timeout(200)

    assert await form.input_value("input[name=name]") == ""
    assert not (await form.input_value("input[name=page_url]")).startswith(("javascript", "https"))
    assert await form.get_attribute("html", "data-theme") is None


@pytest.mark.parametrize("how", ["pinned", "changed"])
async def test_a_pinned_version_is_checked_by_its_hash(visit: Visit, shop: Shop, how: str) -> None:
    path, integrity = pinned()
    tag = shop.tag(f'integrity="{integrity}" crossorigin="anonymous"', path=path)
    link = f'<a id="mine" href="{shop.form}" data-lm-open>给客服留言</a>'
    guest = await visit("about:blank", expect=["integrity"] if how == "changed" else [])
    if how == "changed":
        wrong = gzip.decompress(scripts()["v1"].packed) + b" "
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/javascript"}
        await guest.context.route(
            f"**{path}", lambda route: route.fulfill(body=wrong, headers=headers)
        )
    await guest.page.goto(shop.page(tag=tag, body=link))
    if how == "pinned":
        await guest.open()
        return
    await guest.page.wait_for_load_state("networkidle")
    assert await guest.page.locator("leave-message").count() == 0
    await guest.page.click("#mine")
    await guest.page.wait_for_selector("textarea[name=content]")
