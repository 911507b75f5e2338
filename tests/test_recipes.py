"""Where to change what: the lists of CONTRIBUTING.md, followed in a copy of the product.

Nothing but the files of a list is touched, and the copy runs."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests import copies
from tests.copies import EMAIL, PASSWORD, Product
from tests.documents import read
from tests.fakes.vendors import FakeVendors
from tests.processes import TLS
from tests.web.reading import Page

COLUMN = "A column of the message"
PAGE = "A page of the console"
SCHEDULE = "When a notice is tried again"
API = "/api/v1/leavemsg"
MODULE = '''"""Settings, shelf: what stands on it."""

from litestar import Response, get

from web.console.auth import AtDesk, console
from web.console.frame import frame
from web.http.render import answer
from web.http.request import Incoming


@get("/")
async def shelf(request: Incoming, desk: AtDesk) -> Response[str]:
    return answer(request, "shelf/page.html", await frame(request, desk))


router = console("/settings/shelf", [shelf])
'''
TEMPLATE = """{% extends "console.html" %}
{% set place = "settings" %}
{% block title %}Shelf{% endblock %}
{% block body %}
<div class="page">
  {% set setting = "shelf" %}{% include "parts/settings.html" %}
  <h1>Shelf</h1>
</div>
{% endblock %}
"""


def files_of(task: str) -> list[str]:
    """What CONTRIBUTING.md lists for it; a folder ends with a slash."""
    [row] = re.findall(rf"^\| {task} \| (.*) \|$", read("CONTRIBUTING.md"), re.MULTILINE)
    return re.findall(r"`([^`]+/[^`]*)`", row)


class Change:
    """One task in a copy of the product; a file that its list does not name cannot be touched."""

    def __init__(self, tree: Path, task: str) -> None:
        self.tree = tree
        self.listed = files_of(task)

    def path(self, name: str) -> Path:
        folder = name.rpartition("/")[0] + "/"
        assert name in self.listed or any(
            folder.startswith(each) for each in self.listed if each.endswith("/")
        ), f"{name} is not listed"
        return self.tree / name

    def after(self, name: str, line: str, added: str) -> None:
        """Adds a line after every one that begins with `line`, as far indented."""
        path = self.path(name)
        begins = re.compile(rf"^( *){re.escape(line)}.*$", re.MULTILINE)
        changed, count = begins.subn(rf"\g<0>\n\g<1>{added}", path.read_text("utf-8"))
        assert count, f"{line} is not in {name}"
        path.write_text(changed, "utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        path = self.path(name)
        before = path.read_text("utf-8")
        assert old in before, f"{old} is not in {name}"
        path.write_text(before.replace(old, new, 1), "utf-8")

    def add(self, name: str, text: str) -> None:
        path = self.path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")


def add_a_column(tree: Path) -> None:
    change = Change(tree, COLUMN)
    change.after("app/tables/messages.py", "user_agent = ", 'mood = Varchar(16, default="calm")')
    change.after("app/messages/stored.py", "user_agent: str", 'mood: str = "calm"')
    change.after("app/messages/stored.py", "Message.user_agent,", "Message.mood,")
    change.after("app/messages/inbox.py", "user_agent: str", "mood: str")
    change.replace("app/messages/shape.py", '"referrer"),', '"referrer", "mood"),')
    change.after("app/messages/shape.py", "referrer: str", "mood: str")
    change.after("web/api/shapes.py", "referrer: str", "mood: str")
    change.after(
        "web/templates/inbox/detail.html",
        '{% call fact(_("IP address")) %}',
        "{% call fact('Mood') %}{{ row.mood }}{% endcall %}",
    )
    command = "from piccolo.main import main; main()"
    made = ("migrations", "new", "app", "--auto", "--desc=mood")
    copies.run(tree, "-c", command, *made, env=Product(tree).process.env)


def add_a_page(tree: Path) -> None:
    change = Change(tree, PAGE)
    change.add("web/console/shelf.py", MODULE)
    change.add("web/templates/shelf/page.html", TEMPLATE)
    change.after("web/asgi.py", "presence,", "shelf,")
    change.after("web/asgi.py", "message.router,", "shelf.router,")
    change.replace(
        "web/console/setting_pages.py",
        '        Page("channels",',
        '        Page("shelf", N_("Shelf"), N_("What is on it.")),\n        Page("channels",',
    )


def change_the_schedule(tree: Path) -> None:
    change = Change(tree, SCHEDULE)
    change.replace(
        "app/deliveries/verdict.py", "SCHEDULE = (\n    *(5,", "SCHEDULE = (\n    *(7200,"
    )
    change.path("docs/delivery.md")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    tree = tmp_path_factory.mktemp("product")
    with copies.running(tree, add_a_column, add_a_page, change_the_schedule) as product:
        yield product


@pytest.fixture(scope="module")
def token(product: Product) -> str:
    return product.token()


@pytest.fixture
async def web(product: Product, token: str) -> AsyncIterator[httpx.AsyncClient]:
    """A program with a token, and somebody who signed in."""
    await product.process.ready()
    headers = {"Accept-Language": "en", "Origin": product.process.url}
    async with httpx.AsyncClient(
        base_url=product.process.url, headers=headers, verify=TLS, follow_redirects=True
    ) as client:
        await client.post("/login", data={"email": EMAIL, "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def left(web: httpx.AsyncClient, content: str) -> str:
    body = {"visitor": {"phone": "13800138000"}, "message": {"content": content}}
    answer = await web.post(f"{API}/messages", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["uid"])


async def test_a_column_of_the_message_is_shown_in_inbox_and_api(web: httpx.AsyncClient) -> None:
    uid = await left(web, "Is it open?")

    assert (await web.get(f"{API}/messages/{uid}")).json()["mood"] == "calm"
    assert "Mood calm" in Page(await web.get(f"/inbox/{uid}")).words


async def test_a_page_of_the_console_is_linked_and_asks_who_is_there(
    web: httpx.AsyncClient,
) -> None:
    assert "/settings/shelf" in Page(await web.get("/settings/hours")).links()
    assert "Shelf" in Page(await web.get("/settings/shelf")).words

    web.cookies.clear()
    assert (await web.get("/settings/shelf")).url.path == "/login"


async def test_a_notice_is_tried_again_when_the_schedule_says(web: httpx.AsyncClient) -> None:
    async with FakeVendors() as fakes:
        address = fakes.add_hook("crm", [500])
        entry = {"type": "custom", "webhook_url": address}
        saved = await web.post(f"{API}/config", json={"notifications": [entry]})
        assert saved.status_code == 200, saved.text
        uid = await left(web, "And tomorrow?")
        await fakes.arrived(1, "hook", "crm")
        async with asyncio.timeout(30):
            while (due := await _due(web, uid)) < dt.timedelta(hours=1):
                await asyncio.sleep(0.1)
    assert due < dt.timedelta(hours=4)


async def _due(web: httpx.AsyncClient, uid: str) -> dt.timedelta:
    listed = (await web.get(f"{API}/deliveries")).json()["items"]
    [next_at] = [each["next_at"] for each in listed if each["message"]["uid"] == uid]
    if next_at is None:
        return dt.timedelta()
    return dt.datetime.fromisoformat(next_at) - dt.datetime.now(dt.UTC)
