"""One message, five channels: each is told once, and of the same again not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.browser.conftest import Open, fixture
from tests.browser.product import FORM, Product, organization
from tests.browser.visitor import sent
from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors
from tests.processes import Process, serve

ROBOTS = (("wecom", "w"), ("dingtalk", "d"), ("feishu", "f"), ("hook", "crm"))


@fixture(scope="module")
async def mail() -> AsyncIterator[FakeMail]:
    async with FakeMail() as running:
        yield running


@fixture(scope="module")
async def process(
    tmp_path_factory: pytest.TempPathFactory, mail: FakeMail
) -> AsyncIterator[Process]:
    """Which trusts the mail server."""
    folder = tmp_path_factory.mktemp("product")
    running = serve(folder / "data", LEAVEMSG_CA_FILE=mail.ca_file).start()
    yield await running.ready()
    running.stop()


@fixture
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
    assert await rows.filter(has_text="×2").count() == 1
    assert await rows.filter(has_text="重复").count() == 1
    log = await open_page("/deliveries", signed_in=True)
    assert await log.locator(".sent-line").count() == 10
