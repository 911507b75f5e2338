"""One message, five channels: each is told once, and of the same again not at all."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.conftest import Open
from tests.browser.product import FORM, Product, organization
from tests.browser.visitor import sent
from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors
from tests.processes import Process, serve

ROBOTS = (("wecom", "w"), ("dingtalk", "d"), ("feishu", "f"), ("hook", "crm"))


@pytest.fixture(scope="module")
async def mail() -> AsyncIterator[FakeMail]:
    async with FakeMail() as running:
        yield running


@pytest.fixture(scope="module")
async def process(
    tmp_path_factory: pytest.TempPathFactory, mail: FakeMail
) -> AsyncIterator[Process]:
    """Which trusts the mail server."""
    folder = tmp_path_factory.mktemp("product")
    running = serve(folder / "data", LEAVEMSG_CA_FILE=mail.ca_file).start()
    yield await running.ready()
    running.stop()


@pytest.fixture
async def product(process: Process, fakes: FakeVendors, mail: FakeMail) -> AsyncIterator[Product]:
    mail.messages.clear()
    async with organization(process) as made:
        made.notify(*five(fakes, mail))
        yield made


def five(fakes: FakeVendors, mail: FakeMail) -> list[dict[str, Any]]:
    (wecom, w), (dingtalk, d), (feishu, f), (_, crm) = ROBOTS
    account = {"user": "desk@shop.example", "pass": "good"}
    smtp = {"host": "127.0.0.1", "port": mail.port("starttls"), "secure": True, "auth": account}
    return [
        {"type": wecom, "webhook_url": fakes.add_bot(wecom, w)},
        {"type": dingtalk, "webhook_url": fakes.add_bot(dingtalk, d)},
        {"type": feishu, "webhook_url": fakes.add_bot(feishu, f)},
        {"type": "custom", "webhook_url": fakes.add_hook(crm)},
        {"type": "email", "smtp_config": smtp, "to": ["team@shop.example"]},
    ]


async def told(fakes: FakeVendors, mail: FakeMail, times: int) -> None:
    """Every channel, so often and no oftener."""
    for vendor, token in ROBOTS:
        calls = await fakes.arrived(times, vendor, token)
        assert [call.ok for call in calls] == [True] * times, calls
    assert len(await mail.arrived(times)) == times


async def test_the_same_again_is_one_row_and_one_notice_on_each_channel(
    open_page: Open, product: Product, fakes: FakeVendors, mail: FakeMail
) -> None:
    first = await sent(await open_page(FORM), "问一下发货时间")
    await told(fakes, mail, 1)
    assert await sent(await open_page(FORM), "问一下发货时间") == first

    # What is told of another message comes after anything that would be told of the repeat.
    other = await sent(await open_page(FORM), "另一件事")
    await told(fakes, mail, 2)
    assert fakes.calls("wecom", "w")[1].raw.decode().count(other) >= 1

    inbox = await open_page("/inbox", signed_in=True)
    rows = inbox.locator("[data-row]").filter(has_text="问一下发货时间")
    assert await rows.count() == 1
    assert await rows.filter(has_text="重复 ×2").count() == 1
    log = await open_page("/deliveries", signed_in=True)
    assert await log.locator(".sent-line").count() == 10


MARKS = "e\u0301" + "Z" + "\u0351" * 20 + " a\u200bb\u2060c \u200eLRM"
"""Letters with marks as they were typed, twenty on one, and signs that are not seen."""
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> {{ 12345*67 }} **@all** "
    "[x](http://evil.example) 👨\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈 "
    f"\u202egnp.exe\u202c \u2066x\u2069 {MARKS}\r\n第二行\n{'汉' * 2000}"
)
STORED = HOSTILE.replace("\r\n", "\n")
DECEIVING = "\u202e\u202c\u2066\u2069\u200b\u200e"
UNTOUCHED = """() => [document.querySelectorAll('img[src=x], script:not([src])').length,
document.documentElement.innerHTML.includes('<img src=x'),
document.body.innerText.includes('827115')]"""


async def harmless(page: Page) -> None:
    """What was written has become no element of the page, and no sum was done."""
    assert await page.evaluate(UNTOUCHED) == [0, False, False]


async def test_what_is_written_is_stored_as_it_is_and_is_words_everywhere(
    open_page: Open, product: Product, fakes: FakeVendors, mail: FakeMail
) -> None:
    page = await open_page(FORM)
    await page.fill("input[name=name]", "<b>张三</b>")
    await sent(page, f"  {HOSTILE}\n ")
    assert product.messages()[0]["message"]["content"] == STORED
    await told(fakes, mail, 1)

    await harmless(page)
    assert await page.locator(".quote").text_content() == STORED
    await page.click("a[href*='/m/']")
    await page.wait_for_selector(".steps")
    await harmless(page)
    assert await page.locator(".quote").first.text_content() == STORED

    console = await open_page("/inbox", signed_in=True)
    await harmless(console)
    assert STORED[:60] in (await console.locator(".excerpt").text_content() or "")
    await console.click("[data-row] a")
    await console.wait_for_selector(".words")
    await harmless(console)
    assert await console.locator(".words").text_content() == STORED
    assert await console.get_by_text("<b>张三</b>").count() >= 1
    await everywhere_else(console, product)
    payloads(fakes, mail)


async def everywhere_else(console: Page, product: Product) -> None:
    """The preview of a notice, the log and what was sent as it keeps it."""
    for kind in ("wecom", "dingtalk", "feishu", "email"):
        await console.goto(f"/settings/templates/{kind}")
        await console.wait_for_selector("#preview .said")
        assert "汉汉" in await console.inner_text("#preview")
        await harmless(console)
    await console.goto("/deliveries")
    await harmless(console)
    deliveries = product.api("GET", "/deliveries").json()["items"]
    assert len(deliveries) == 5
    for each in deliveries:
        await console.goto(f"/deliveries/{each['uid']}")
        await harmless(console)


def payloads(fakes: FakeVendors, mail: FakeMail) -> None:
    """Nobody is called, nothing is linked or loaded, and nothing reads other than it is written."""
    for vendor, token in ROBOTS:
        (call,) = fakes.calls(vendor, token)
        said = call.raw.decode() + json.dumps(call.parsed, ensure_ascii=False)
        assert "汉汉" in said
        assert "👨\u200d👩\u200d👧\u200d👦" in said
        assert not set(DECEIVING) & set(said), vendor
        assert call.findings.mentions == []
        assert [link for link in call.findings.links if "evil" in link] == []
        assert call.findings.images == []
        # In a card it stands in an element that is plain text.
        assert vendor in {"hook", "feishu"} or "<script>" not in said
    (hook,) = fakes.calls("hook", "crm")
    assert hook.parsed["message"]["content"].startswith("<script>alert(1)</script> <img")
    assert hook.parsed["message"]["content"].endswith("\n第二行\n" + "汉" * 2000)
    (letter,) = mail.messages
    assert "&lt;script&gt;alert(1)" in letter.html
    assert "<script" not in letter.html
    assert "<img" not in letter.html
    assert "<script>alert(1)</script>" in letter.text
    assert not set(DECEIVING) & set(letter.html + letter.text + letter.subject)
    assert letter.injected_headers == []
