"""The calls, events and attributes that docs/widget.md promises to host pages."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import Any

import pytest

from tests.browser.shop import Shop
from tests.browser.widget.conftest import Guest, Visit
from tests.browser.widget.test_checks import PHONE
from tests.processes import ROOT
from tests.web.reading import Page as Read

DOCS = (ROOT / "docs" / "widget.md").read_text()
STUB = next(line for line in DOCS.splitlines() if line.startswith("<script>window.LeaveMessage="))
EVENTS = ("boot", "ready", "open", "close", "submitted", "error", "online")


def waiting(calls: str) -> str:
    """The stub as documented, and calls that come before the script."""
    return f"{STUB}<script>{calls}</script>"


async def names(guest: Guest) -> list[str]:
    return [name for name, _ in await guest.told()]


async def test_every_call_may_come_before_the_script(visit: Visit, shop: Shop) -> None:
    calls = """window.heard = [];
    LeaveMessage('on', 'boot', (detail) => heard.push(detail.state));
    LeaveMessage('setLocale', 'en'); LeaveMessage('setTheme', 'dark');
    LeaveMessage('open', {content: '早来的话'});"""
    guest = await visit(shop.page(head=waiting(calls)))
    form = await guest.usable()
    await form.wait_for_function("document.forms[0].elements.content.value === '早来的话'")

    assert await form.get_attribute("html", "lang") == "en"
    assert await form.get_attribute("html", "data-theme") == "dark"
    await guest.waits_for("boot")
    assert await guest.page.evaluate("heard") == ["offline"]


async def test_each_event_comes_once_in_its_order_with_its_detail(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    await guest.page.evaluate(
        """(events) => { window.heard = [];
        for (const name of events) LeaveMessage('on', name, (d) => heard.push([name, d])); }""",
        EVENTS,
    )
    form = await guest.open()
    await form.fill("textarea[name=content]", "事件都对")
    await form.fill("input[name=phone]", "13800138000")
    await form.click("button[type=submit]")
    reference = (await guest.waits_for("submitted"))["reference"]
    await guest.call("close")

    told = await guest.told()
    assert [name for name, _ in told] == ["boot", "open", "ready", "submitted", "close"]
    assert re.fullmatch(r"LM-[0-9A-Z]{6}", reference)
    heard = await guest.page.evaluate("heard")
    assert heard == told[-len(heard) :]


async def test_no_call_throws_whatever_it_is_given(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    await guest.launcher.wait_for()
    thrown = await guest.page.evaluate(
        """() => { const thrown = [];
        const odd = [undefined, null, 7, '', 'x', [], {}, {custom: null}, {name: {}}, () => 1];
        const names = ['version', 'site', 'q', 'name', 'length', 'call', 'toString', 'nonsense',
          'setVisitor', 'setContext', 'setLocale', 'setTheme', 'setPresence', 'off', 'close',
          'open', 'toggle', 'toggle', 'close'];
        for (const name of names) for (const value of odd)
          try { LeaveMessage(name, value) } catch (error) { thrown.push(name + ': ' + error) }
        return thrown }"""
    )

    assert thrown == []
    assert guest.errors == []


async def test_off_ends_one_handler_or_all_of_an_event(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    await guest.launcher.wait_for()
    heard = await guest.page.evaluate(
        """() => { const heard = [], one = () => heard.push(1), two = () => heard.push(2);
        const turn = () => { LeaveMessage.open(); LeaveMessage.close(); heard.push('|') };
        for (const run of [one, two]) LeaveMessage.on('open', run);
        LeaveMessage.on('close', two); turn();
        LeaveMessage.off('open', one); turn();
        LeaveMessage.off('open'); turn(); return heard }"""
    )

    assert heard == [1, 2, 2, "|", 2, 2, "|", 2, "|"]


async def test_the_theme_changes_while_the_form_is_open(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), color_scheme="light")
    form = await guest.open()
    await form.fill("textarea[name=content]", "写到一半")
    for name, colour in (("dark", "rgb(26, 28, 33)"), ("auto", "rgb(255, 255, 255)")):
        await guest.call("setTheme", name)
        await form.wait_for_function(
            "(colour) => getComputedStyle(document.body).backgroundColor === colour", arg=colour
        )

    assert await form.input_value("textarea[name=content]") == "写到一半"


@pytest.mark.parametrize(
    ("attributes", "html", "locale", "label"),
    [
        ('data-lm-lang="en"', 'lang="zh-CN"', "zh-CN", "Leave a message"),
        ('data-lm-lang="zh-CN"', 'lang="en"', "en-US", "留言"),
        ('data-lm-lang="auto"', 'lang="en-GB"', "zh-CN", "Leave a message"),
        ('data-lm-lang="fr"', "", "en-US", "Leave a message"),
        ("", 'lang="fr"', "de-DE", "留言"),
    ],
)
async def test_the_language_is_the_tags_then_the_pages_then_the_browsers_then_the_organizations(
    visit: Visit, shop: Shop, attributes: str, html: str, locale: str, label: str
) -> None:
    guest = await visit(shop.page(attributes=attributes, html=html), locale=locale)
    await guest.launcher.wait_for()

    assert await guest.launcher.get_attribute("aria-label") == label


async def test_what_is_no_value_of_an_attribute_leaves_the_settings_in_force(
    visit: Visit, shop: Shop
) -> None:
    shop.settings(side="left", accent="#aa0000", theme="dark")
    wrong = 'data-lm-side="up" data-lm-accent="red" data-lm-theme="x" data-lm-z="top"'
    guest = await visit(shop.page(attributes=wrong + ' data-lm-show="never"'))
    await guest.launcher.wait_for()
    look = "(e) => { const s = getComputedStyle(e); return [s.left, s.backgroundColor, s.zIndex] }"

    assert await guest.launcher.evaluate(look) == ["20px", "rgb(170, 0, 0)", "2147483000"]
    form = await guest.open()
    assert await form.get_attribute("html", "data-theme") == "dark"
    shop.settings(side="right", accent="#4558d0", theme="auto")


async def test_always_means_also_while_somebody_is_online(visit: Visit, shop: Shop) -> None:
    guest = await visit(
        shop.page(
            attributes='data-lm-show="always"', head=waiting("LeaveMessage('setPresence','online')")
        )
    )
    await guest.waits_for("online")

    await guest.launcher.wait_for()


@pytest.mark.whole_browser
async def test_a_link_opens_the_panel_unless_a_new_tab_is_asked_for(
    visit: Visit, shop: Shop
) -> None:
    body = f'<a id="mine" href="{shop.form}" data-lm-open>留言</a><button data-lm-open>写</button>'
    guest = await visit(shop.page(body=body))
    await guest.waits_for("boot")
    async with guest.context.expect_page() as other:
        await guest.page.click("#mine", modifiers=["ControlOrMeta"])
    await (await other.value).wait_for_selector("textarea[name=content]")
    assert await guest.panel.is_hidden()

    await guest.page.click("body > button")
    await guest.usable()


TURBO = """() => {
  const next = document.createElement("body");
  next.innerHTML = "<h1>第二页</h1>";
  const again = document.createElement("script");
  const tag = document.querySelector("script[data-lm-site]");
  again.src = tag.src;
  again.dataset.lmSite = tag.dataset.lmSite;
  const ran = new Promise((done) => { again.onload = done });
  document.documentElement.replaceChild(next, document.body);
  history.pushState({}, "", "/second");
  next.append(again);
  return ran;
}"""


async def test_turbo_swaps_the_body_with_the_tag_and_the_form_stays(
    visit: Visit, shop: Shop
) -> None:
    guest = await visit(shop.page())
    form = await guest.open()
    await form.fill("textarea[name=content]", "写到一半")
    await guest.page.evaluate(TURBO)
    await form.wait_for_function("document.forms[0].elements.page_url.value.endsWith('/second')")

    assert await guest.page.locator("leave-message").count() == 1
    assert await form.input_value("textarea[name=content]") == "写到一半"
    assert await guest.panel.is_visible()


async def test_destroyed_while_open_it_lets_go_of_the_page_and_may_come_again(
    visit: Visit, shop: Shop
) -> None:
    guest = await visit(shop.page(), **PHONE)
    await guest.open()
    await guest.page.evaluate("window.kept = LeaveMessage; LeaveMessage.destroy()")
    assert await guest.page.evaluate("document.documentElement.style.overflow") == ""
    before = await names(guest)
    await guest.page.evaluate("kept.close(); kept('toggle'); kept.open(); kept.setTheme('dark')")
    assert await names(guest) == before
    assert await guest.page.locator("leave-message").count() == 0

    await guest.page.evaluate(
        """() => { const tag = document.querySelector("script[data-lm-site]");
        const again = document.createElement("script");
        again.src = tag.src; again.dataset.lmSite = tag.dataset.lmSite;
        document.body.append(again) }"""
    )
    await guest.launcher.wait_for()
    await guest.open()


@pytest.mark.parametrize("address", ["?embed=1", "?embed=1&o={site}"])
async def test_a_frame_by_hand_takes_a_message_without_our_script(
    visit: Visit, shop: Shop, address: str
) -> None:
    source = shop.form + address.format(site=shop.site.url)
    frame = f'<iframe src="{source}" width="400" height="900"></iframe>'
    guest = await visit(shop.page(tag=frame))
    form = guest.page.frames[1]
    await form.fill("textarea[name=content]", "没有脚本的页面")
    await form.fill("input[name=phone]", "13800138000")
    await form.click("button[type=submit]")

    await form.wait_for_selector("text=留言已收到")
    assert shop.messages()[0]["page_url"].startswith(shop.site.url)


async def test_what_is_typed_goes_along_to_the_other_language(visit: Visit, shop: Shop) -> None:
    """This browser keeps no draft for a page in a frame of another site."""
    guest = await visit(shop.page())
    await guest.call("setVisitor", {"name": "张三", "phone": "13800138000"})
    form = await guest.open()
    await form.fill("textarea[name=content]", "50% 的折扣 #1 & <b>还有</b>吗？")
    await form.select_option("select[name=category]", index=2)
    await form.wait_for_function("document.forms[0].elements.phone.value !== ''")
    await form.fill("input[name=phone]", "13900139000")
    await form.get_by_role("link", name="English").click()
    await form.wait_for_selector("text=Send message")

    assert await form.input_value("textarea[name=content]") == "50% 的折扣 #1 & <b>还有</b>吗？"
    assert await form.input_value("input[name=phone]") == "13900139000"
    picked = "document.forms[0].elements.category.selectedIndex"
    assert await form.evaluate(picked) == 2
    assert await form.evaluate("location.hash") == ""


@pytest.mark.parametrize("part", ["x", "%", "5", "null", "%7B%7D", "%5B1%2C%7B%7D%2C%5B%5D%5D"])
async def test_a_strange_address_harms_nothing(visit: Visit, shop: Shop, part: str) -> None:
    guest = await visit(shop.page())
    form = await guest.open()
    await form.evaluate("(part) => { location.hash = part; location.reload() }", part)
    form = await guest.usable()
    await form.wait_for_function("document.activeElement.name === 'content'")


async def test_the_form_knows_the_visitors_zone_at_once(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), timezone_id="America/New_York")
    form = await guest.open()

    assert "tz=America%2FNew_York" in form.url


def code(language: str) -> str:
    """The function as it stands in the documentation."""
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    return next(block for block in blocks if "signature(" in block and "hmac" in block.lower())


def signed(by: str, secret: str, name: str) -> str:
    commands: dict[str, list[str]] = {
        "openssl": ["openssl", "dgst", "-sha256", "-hmac", secret, "-r"],
        "python": ["python3", "-c", f"{code('python')}\nprint(signature({secret!r}, {name!r}))"],
        "node": ["node", "-e", f'{code("js")}\nconsole.log(signature("{secret}", "{name}"))'],
        "php": ["php", "-r", f"{code('php')}\necho signature('{secret}', '{name}');"],
    }
    if shutil.which(commands[by][0]) is None:
        pytest.skip(f"{by} is not installed")
    done = subprocess.run(commands[by], input=name, capture_output=True, text=True, check=True)
    return done.stdout.split()[0]


def new_secret(shop: Shop) -> str:
    answer = shop.post("/settings/widget/identity")
    found = Read(answer).attributes("button")
    return next(each["data-copy"] for each in found if len(each.get("data-copy", "")) == 43)


async def leave_as(visit: Visit, shop: Shop, who: str, signature: str) -> str:
    """The message's page in the console, as its words."""
    visitor: dict[str, Any] = {"external_id": who, "signature": signature, "name": "张三"}
    guest = await visit(shop.page())
    await guest.call("setVisitor", visitor)
    form = await guest.open()
    await form.wait_for_function("document.forms[0].elements.name.value === '张三'")
    await form.fill("textarea[name=content]", f"我是 {signature[:12]}")
    await form.fill("input[name=phone]", "13800138000")
    await form.click("button[type=submit]")
    await guest.waits_for("submitted")
    return Read(shop.product.get(f"/inbox/{shop.messages()[0]['uid']}")).words


@pytest.mark.parametrize("by", ["openssl", "python", "node", "php"])
async def test_a_signature_made_as_documented_is_believed(
    visit: Visit, shop: Shop, by: str
) -> None:
    who = "用户-42"
    words = await leave_as(visit, shop, who, signed(by, new_secret(shop), who))

    assert "已验证身份" in words
    assert who in words


@pytest.mark.parametrize("fault", ["another id", "cut", "old secret", "none"])
async def test_a_wrong_signature_only_fills_in_the_form(
    visit: Visit, shop: Shop, fault: str
) -> None:
    who = "user-42"
    secret = new_secret(shop)
    given = {
        "another id": signed("openssl", secret, "user-43"),
        "cut": signed("openssl", secret, who)[:-1],
        "old secret": signed("openssl", secret, who),
        "none": "",
    }[fault]
    if fault == "old secret":
        new_secret(shop)
    words = await leave_as(visit, shop, who, given)

    assert "已验证身份" not in words
    assert who not in words
    assert "张三" in words
