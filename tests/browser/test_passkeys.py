"""Passkeys in a browser with a virtual authenticator: added, used alone and as second factor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page, expect

from tests.browser.conftest import Open
from tests.browser.product import EMAIL, PASSWORD
from tests.browser.visitor import flaws
from tests.processes import Process, environment, free_port

FACTORS = "/account/factors"


class Named(Process):
    """At an address with a name: browsers offer no passkeys at one of numbers."""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.env['PORT']}"


@pytest.fixture(scope="module")
async def process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    port, folder = free_port(), tmp_path_factory.mktemp("product")
    env = environment(folder / "data", PORT=port, LEAVEMSG_BASE_URL=f"http://localhost:{port}")
    running = Named("serve", env, folder / "data.log").start()
    yield await running.ready()
    running.stop()


class Device:
    """The platform's authenticator of a browser."""

    def __init__(self, cdp: CDPSession, number: str) -> None:
        self.cdp, self.number = cdp, number

    async def verifies(self, willing: bool) -> None:
        """Whether the finger fits."""
        await self.cdp.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.number, "isUserVerified": willing}
        )


async def device_of(page: Page) -> Device:
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Device(cdp, made["authenticatorId"])


async def sign_out(page: Page) -> None:
    await page.wait_for_load_state()
    # An open page that hears of it leads to the sign-in by itself, at any moment.
    await page.goto("about:blank")
    await page.context.clear_cookies()
    await page.goto("/login?next=/overview")


async def test_one_is_added_and_opens_the_console_alone_and_after_the_password(
    open_page: Open,
) -> None:
    page = await open_page(FACTORS, signed_in=True)
    device = await device_of(page)
    await page.fill("#name", "办公室笔记本")
    await page.get_by_role("button", name="添加通行密钥").click()
    await expect(page.locator(".recovery-codes li")).to_have_count(10)
    assert await flaws(page) == []
    await page.get_by_role("link", name="我已保存").click()
    await expect(page.locator("#passkeys")).to_contain_text("办公室笔记本")
    await page.get_by_role("button", name="添加通行密钥").click()
    await expect(page.locator("[data-passkey-fault]")).to_have_text("这台设备已经有您的通行密钥。")
    assert await flaws(page) == []

    await sign_out(page)
    await page.get_by_role("button", name="用通行密钥登录").click()
    await page.wait_for_url("**/overview")

    await sign_out(page)
    await page.fill("#email", EMAIL)
    await page.fill("#password", PASSWORD)
    await page.get_by_role("button", name="登录", exact=True).click()
    await expect(page.get_by_role("button", name="使用通行密钥")).to_be_visible()
    assert await flaws(page) == []
    await page.get_by_role("button", name="使用通行密钥").click()
    await page.wait_for_url("**/overview")

    await sign_out(page)
    await device.verifies(False)
    await page.get_by_role("button", name="用通行密钥登录").click()
    await expect(page.locator("[data-passkey-fault]")).to_contain_text("没有用上通行密钥")
    await expect(page.locator("#email")).to_be_visible()
