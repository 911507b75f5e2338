"""The product below a path of somebody else's site: nothing on a page leads out of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.people import agents, organizations, sessions
from tests.application import application
from web import asgi
from web.http.prefix import page, within

SITE, BELOW = "https://shop.example", "/desk"
BASE = SITE + BELOW
ADDRESS = re.compile(r'\s[a-z-]+="(/[^"]*)"')
A_KEY = "/"
WRITTEN = re.compile(r'\s([a-z-]+)="(?:/(?!")|\{\{ asset\()')
PAGES = (
    "/inbox",
    "/deliveries",
    "/overview",
    "/settings",
    "/settings/channels",
    "/settings/form",
    "/settings/widget",
    "/settings/tokens",
    "/account",
    "/nowhere",
)


@pytest.fixture
async def shop(db: str, configure: Callable[..., Any]) -> AsyncIterator[Callable[..., Any]]:
    """Clients of the product there."""
    app = application(configure(LEAVEMSG_BASE_URL=BASE))
    made: list[httpx.AsyncClient] = []

    def client(**options: Any) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 50000))
        made.append(httpx.AsyncClient(transport=transport, base_url=SITE, **options))
        return made[-1]

    yield client
    for each in made:
        await each.aclose()


async def test_every_page_stays_below_the_path(shop: Callable[..., httpx.AsyncClient]) -> None:
    org = await organizations.first()
    owner = await agents.create(org.id, email="owner@shop.example", password="correct horse 9")
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="tests")
    member = shop(cookies={"sid": raw})

    for path in (*PAGES, f"/w/{org.slug}", "/login"):
        answer = await member.get(BELOW + path)
        assert answer.status_code in {200, 303, 404}, path
        led = ADDRESS.findall(answer.text)
        out = {each for each in led if not each.startswith(f"{BELOW}/")} - {A_KEY}
        assert not out, (path, out)
        # The proxy may have taken the path away, or not.
        assert (await member.get(path)).status_code == answer.status_code


async def test_a_member_signs_in_and_out_below_it(shop: Callable[..., httpx.AsyncClient]) -> None:
    org = await organizations.first()
    await agents.create(org.id, email="owner@shop.example", password="correct horse 9")
    browser = shop(headers={"Origin": SITE, "Sec-Fetch-Site": "same-origin"})

    sent_away = await browser.get(f"{BELOW}/inbox?status=handled")
    assert sent_away.headers["Location"].startswith(f"{BELOW}/login?")
    said = {"email": "owner@shop.example", "password": "correct horse 9"}
    signed_in = await browser.post(sent_away.headers["Location"], data=said)
    assert signed_in.status_code == 303
    assert signed_in.headers["Location"].startswith(f"{BELOW}/")
    assert (await browser.get(signed_in.headers["Location"])).status_code == 200


async def test_a_visitor_leaves_a_message_below_it(shop: Callable[..., httpx.AsyncClient]) -> None:
    org = await organizations.first()
    visitor = shop()

    boot = await visitor.get(f"{BELOW}/w/{org.slug}/boot.json")
    assert boot.status_code == 200
    said = {"visitor": {"phone": "13800138000"}, "message": {"content": "在别人的网站下面"}}
    left = await visitor.post(f"{BELOW}/api/v1/leavemsg/messages", json=said)
    assert left.status_code == 201


async def test_whoever_was_signed_out_comes_back_to_where_they_were(
    shop: Callable[..., httpx.AsyncClient],
) -> None:
    seen = {"HX-Request": "true", "HX-Current-URL": f"{BASE}/overview?days=7"}
    answer = await shop().get(f"{BELOW}/overview", headers=seen)
    assert answer.headers["HX-Redirect"] == f"{BELOW}/login?next=/overview%3Fdays%3D7"


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/desk/inbox", "/inbox"), ("/desk", "/"), ("/desktop", "/desktop"), ("/inbox", "/inbox")],
)
def test_inside_no_path_has_it(path: str, expected: str) -> None:
    assert within(BELOW, path) == expected
    assert within("", path) == path


async def test_a_page_beside_it_is_where_a_visitor_came_from(
    shop: Callable[..., httpx.AsyncClient],
) -> None:
    org = await organizations.first()
    for path, kept in (("/desktop", True), ("/desk/w/x", False)):
        shown = await shop().get(f"{BELOW}/w/{org.slug}", headers={"referer": SITE + path})
        assert (f'name="page_url" value="{SITE}{path}"' in shown.text) is kept


def test_every_attribute_in_which_templates_write_an_address_is_known() -> None:
    folder = Path(asgi.__file__).parent / "templates"
    names = {name for path in folder.rglob("*.html") for name in WRITTEN.findall(path.read_text())}
    assert {"href", "data-worker"} <= names
    for name in names:
        assert page(BELOW, f'<i {name}="/x">') == f'<i {name}="{BELOW}/x">'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/inbox">', '<a href="/desk/inbox">'),
        ('<a href="/desk/inbox">', '<a href="/desk/inbox">'),
        ('<a href="/desktop">', '<a href="/desk/desktop">'),
        ('<a href="//other.example/">', '<a href="//other.example/">'),
        ('<input value="/inbox">', '<input value="/inbox">'),
        ("<p>&#34; href=&#34;/inbox&#34;</p>", "<p>&#34; href=&#34;/inbox&#34;</p>"),
        ('<kbd data-key="/">', '<kbd data-key="/">'),
    ],
)
def test_an_address_gets_the_path_once_and_nothing_else_does(html: str, expected: str) -> None:
    assert page("/desk", html) == expected
    assert page("", html) == html
