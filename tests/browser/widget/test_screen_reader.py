"""What a screen reader is told: names, roles, states, descriptions, as Chromium computes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, Frame, Page

from tests.browser.conftest import Open
from tests.browser.product import FORM
from tests.browser.shop import Shop
from tests.browser.visitor import fill, send
from tests.browser.widget.conftest import Visit


@dataclass
class Node:
    role: str
    name: str
    description: str
    states: dict[str, Any] = field(default_factory=dict)


async def tree(context: BrowserContext, page: Page | Frame) -> list[Node]:
    """All that is not ignored, in the order in which it is read."""
    whole = page.page if isinstance(page, Frame) else page
    session = await context.new_cdp_session(whole)
    top = (await session.send("Page.getFrameTree"))["frameTree"]
    frames = [top, *top.get("childFrames", [])]
    [asked] = [each["frame"]["id"] for each in frames if each["frame"]["url"] == page.url]
    found = await session.send("Accessibility.getFullAXTree", {"frameId": asked})
    await session.detach()
    return [_node(each) for each in found["nodes"] if not each["ignored"]]


def _node(each: dict[str, Any]) -> Node:
    def value(name: str) -> str:
        return str(each.get(name, {}).get("value", ""))

    states = {one["name"]: one["value"].get("value") for one in each.get("properties", [])}
    return Node(value("role"), value("name"), value("description"), states)


def one(nodes: list[Node], role: str, name: str) -> Node:
    (found,) = [each for each in nodes if (each.role, each.name) == (role, name)]
    return found


def names(nodes: list[Node], role: str) -> list[str]:
    return [each.name for each in nodes if each.role == role]


async def test_the_launcher_and_the_dialog(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), viewport={"width": 1200, "height": 1000})
    await guest.launcher.wait_for()
    nodes = await tree(guest.context, guest.page)
    assert one(nodes, "button", "留言").states["expanded"] is False
    assert names(nodes, "dialog") == []

    await guest.open()
    nodes = await tree(guest.context, guest.page)
    assert one(nodes, "button", "留言").states["expanded"] is True
    dialog = one(nodes, "dialog", "给我们留言")
    assert not dialog.states.get("modal")
    assert names(nodes, "Iframe") == ["给我们留言"]


async def test_the_form_in_the_panel(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    nodes = await tree(guest.context, await guest.open())
    assert names(nodes, "heading") == ["给我们留言"]
    assert names(nodes, "main") == [""]
    assert names(nodes, "button") == ["关闭", "提交留言"]
    content = one(nodes, "textbox", "留言内容")
    assert content.states["multiline"] is True
    assert content.states["focused"] is True
    assert names(nodes, "textbox") == [
        *("留言内容", "您的称呼 （选填）", "电话", "微信号", "邮箱"),
    ]
    assert names(nodes, "combobox") == ["问题类型 （选填）"]
    assert [name for name in names(nodes, "group") if name.startswith("联系方式")] != []


async def test_faults_are_tied_to_their_fields(open_page: Open) -> None:
    page = await open_page(FORM)
    await send(page)
    await page.wait_for_selector(".summary:focus")
    nodes = await tree(page.context, page)
    content = one(nodes, "textbox", "留言内容")
    assert content.states["invalid"] == "true"
    assert "填写" in content.description
    group = next(each for each in nodes if each.role == "group" and "联系方式" in each.name)
    assert group.description == "至少填一种联系方式，方便我们回复您"
    (_, summary) = [each for each in nodes if each.states.get("focused") is True]
    assert (summary.role, summary.states["live"]) == ("alert", "assertive")
    assert "有 2 处需要修改" in names(nodes, "heading")
    assert len(names(nodes, "link")) >= 2
    assert [each.name for each in nodes if each.role == "RootWebArea"][0].startswith("错误：")


async def test_the_characters_left_are_told_politely(open_page: Open) -> None:
    page = await open_page(FORM)
    await page.fill("textarea[name=content]", "汉" * 4900)
    await page.locator("#content-count").wait_for()
    nodes = await tree(page.context, page)
    polite = [each for each in nodes if each.states.get("live") == "polite"]
    assert len(polite) == 1


async def test_a_refusal_is_an_alert(open_page: Open) -> None:
    page = await open_page(FORM, expects="ERR_INTERNET_DISCONNECTED|Failed to fetch")
    await fill(page)
    await page.context.set_offline(True)
    await send(page)
    await page.wait_for_selector("#notices p")
    nodes = await tree(page.context, page)
    alert = next(at for at, each in enumerate(nodes) if each.role == "alert")
    assert nodes[alert].states["live"] == "assertive"
    assert any("内容还在" in each.name for each in nodes[alert:])


async def test_the_receipt(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    form = await guest.open()
    await fill(form)
    await send(form)
    await guest.waits_for("submitted")
    nodes = await tree(guest.context, form)
    assert one(nodes, "heading", "留言已收到").states["focused"] is True
    assert [each.name for each in nodes if each.role == "RootWebArea"][0].startswith("留言已收到")
    # An <output> is a live region of its own.
    assert len([each for each in nodes if each.role == "status"]) == 1
    assert names(nodes, "link") == ["查看处理进度", "再写一条", "English"]
    assert names(nodes, "button")[0] == "关闭"
