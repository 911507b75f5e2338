"""A kind of channel is one folder and one line: a sixth one, added by the recipe of CONTRIBUTING.md
to a copy of the product, which runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import copies
from tests.copies import EMAIL, PASSWORD, Product
from tests.documents import ROOT
from tests.fakes.vendors import FakeVendors
from tests.processes import TLS
from tests.web.reading import Page

KIND = ROOT / "tests" / "sixth_kind" / "chime"
ROOM = "room-20260101"
PAGE = "/settings/channels"
API = "/api/v1/leavemsg"


def add_the_kind(tree: Path) -> None:
    """The steps of CONTRIBUTING.md."""
    channels = tree / "app" / "channels"
    shutil.copytree(KIND, channels / KIND.name)
    listed = channels / "__init__.py"
    before = listed.read_text("utf-8")
    listed.write_text(before.replace("CLASSES = (\n", 'CLASSES = (\n    "chime:Chime",\n'), "utf-8")
    copies.run(tree, str(tree / "tools" / "words.py"))
    catalogue = tree / "app" / "locales" / "zh-CN.po"
    words = catalogue.read_text("utf-8").replace(
        'msgid "Chime room robot"\nmsgstr ""', 'msgid "Chime room robot"\nmsgstr "风铃机器人"'
    )
    catalogue.write_text(words, "utf-8")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    tree = tmp_path_factory.mktemp("product")
    with copies.running(tree, add_the_kind) as product:
        yield product


@pytest.fixture(scope="module")
def token(product: Product) -> str:
    return product.token()


@pytest.fixture
async def api(product: Product, token: str) -> AsyncIterator[httpx.AsyncClient]:
    await product.process.ready()
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    url = product.process.url + API
    async with httpx.AsyncClient(base_url=url, headers=headers, verify=TLS) as client:
        yield client


@pytest.fixture
async def console(product: Product, api: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in, in English."""
    headers = {"Accept-Language": "en", "Origin": product.process.url}
    async with httpx.AsyncClient(
        base_url=product.process.url, headers=headers, verify=TLS, follow_redirects=True
    ) as client:
        await client.post("/login", data={"email": EMAIL, "password": PASSWORD})
        yield client


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        running.add_hook(ROOM, [{"body": {"code": 0, "msg": "rung"}}])
        yield running


async def stored(api: httpx.AsyncClient) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = (await api.get("/config")).json()["notifications"]
    return [entry for entry in entries if entry["type"] == "chime"]


async def test_the_console_offers_it_with_its_sign(console: httpx.AsyncClient) -> None:
    page = Page(await console.get(f"{PAGE}/new"))

    assert "Chime room robot A robot in a group chat" in page.words
    assert page.attributes("circle", fill="#aa3366")
    chinese = await console.get(f"{PAGE}/new", headers={"Accept-Language": "zh"})
    assert "风铃机器人" in chinese.text


async def test_its_form_is_drawn_from_its_fields(console: httpx.AsyncClient) -> None:
    page = Page(await console.get(f"{PAGE}/new?kind=chime"))

    assert (page.values["webhook_url"], page.values["volume"]) == ("", "low")
    assert "Volume How loud it rings. Quiet Loud" in page.words
    assert "Add a robot and copy its address." in page.words
    assert page.attributes("input", placeholder="https://hooks.chime.example/hook/…")


async def test_it_is_recognised_by_its_key_and_by_its_address(
    console: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    token = Page(await console.get(f"{PAGE}/new")).values["csrf_token"]
    for pasted in (ROOM, f"see https://hooks.chime.example/hook/{ROOM}，thanks"):
        data = {"pasted": pasted, "csrf_token": token}
        assert (await console.post(f"{PAGE}/paste", data=data)).status_code == 200

    [entry] = await stored(api)
    assert entry["on_when_tested"]


async def test_elsewhere_its_address_is_refused(api: httpx.AsyncClient) -> None:
    entry = {"type": "custom", "webhook_url": f"https://hooks.chime.example/hook/{ROOM}"}
    refused = await api.post("/config", json={"notifications": [entry]})

    assert refused.status_code == 422
    assert "another kind of channel: chime" in refused.text


async def test_the_api_describes_it_and_names_what_is_wrong(api: httpx.AsyncClient) -> None:
    document = (await api.get(api.base_url.join("/api/openapi.json"))).json()
    described = document["components"]["schemas"]
    assert described["Chime"]["properties"]["volume"]["title"] == "Volume"
    assert "chime" in described["Channel"]["discriminator"]["mapping"]

    entry = {"type": "chime", "webhook_url": "https://hooks.chime.example/hook/x", "volume": "mid"}
    refused = await api.post("/config", json={"notifications": [entry]})
    assert refused.status_code == 422
    assert "/notifications/0/volume" in refused.text


async def test_its_text_is_previewed(api: httpx.AsyncClient) -> None:
    shown = await api.post("/templates/chime/preview", json={"text": "Ring: {{ visitor.name }}"})

    assert shown.status_code == 200, shown.text
    assert shown.json()["text"] == "Ring: 张三"


async def test_a_test_and_a_message_arrive(
    product: Product, api: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    entry = {"type": "chime", "webhook_url": fakes.address("hook", ROOM), "volume": "high"}
    saved = await api.post("/config", json={"notifications": [entry]})
    assert saved.status_code == 200, saved.text
    tested = (await api.post("/test", json={})).json()["results"]
    assert [(one["type"], one["ok"], one["message"]) for one in tested] == [("chime", True, "rung")]

    body = {"visitor": {"phone": "13800138000"}, "message": {"content": "Is it open on Sunday?"}}
    left = await api.post("/messages", json=body)
    assert left.status_code == 201, left.text
    *_, call = await fakes.arrived(2, "hook", ROOM)
    said = json.loads(call.raw)
    assert said["volume"] == "high"
    assert "Is it open on Sunday?" in said["text"]
