"""Every setting is found by its words, and leads to itself."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import httpx
import pytest

from app import channel_settings
from app.channels.kinds import KINDS
from app.people import agents, sessions
from app.tables import Organization
from tests.web.reading import Page
from web.console import setting_pages
from web.console.setting_index import ACCOUNT, entries
from web.console.setting_search import bare
from web.http import words
from web.http.render import ENVIRONMENT

Web = Callable[..., httpx.AsyncClient]
HERE = "/settings/search"
CONTROLS = ("input", "select", "textarea")
NO_SETTINGS = {"csrf_token", "seen", "keys", "message", "q", "sample", "snippet"}
"""What a page sends along or looks for."""
PARTS = ("headers_", "quiet_hours/", "mon_", "tue_", "wed_", "thu_", "fri_", "sat_", "sun_")
"""Several controls that make one setting, with one heading."""
OF_ONE = {
    "templates": "/settings/templates/wecom",
    "rules": "/settings/rules/new",
    "blocks": "/settings/blocks/new",
}
"""Pages behind those of the navigation, whose controls count, too."""
PAGES = [each for pages in setting_pages.GROUPS.values() for each in pages]


async def hits(client: httpx.AsyncClient, query: str, lang: str = "zh-CN") -> list[str]:
    page = Page(await client.get(HERE, params={"q": query, "lang": lang}))
    _, _, found = page.html.partition("setting-hits")
    return Page(found.partition("</ul>")[0]).links()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("节假日", "/settings/hours#days"),
        ("jiejiari", "/settings/hours#days"),
        ("time zone", "/settings/hours#timezone"),
        ("时区", "/settings/hours#timezone"),
        ("店名", "/settings/widget"),
        ("颜色", "/settings/widget#accent"),
        ("加签", "/settings/channels/new?kind=dingtalk#secret"),
        ("授权码", "/settings/channels/new?kind=email#smtp_config-auth-pass"),
        ("拉黑", "/settings/blocks"),
        ("heimingdan", "/settings/blocks"),
        ("ALTCHA", "/settings/form#proof_of_work"),
        ("Appearance", "/account#own-theme"),
        ("duplicates", "/settings/channels#limits"),
    ],
)
async def test_a_setting_is_found_by_what_people_call_it(
    client: httpx.AsyncClient, query: str, found: str
) -> None:
    assert found in await hits(client, query)


async def test_every_place_is_there(client: httpx.AsyncClient, org: Organization) -> None:
    key = "693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1aa"
    await channel_settings.add(org.id, {"type": "wecom", "webhook_url": key}, by="test")
    pages: dict[str, Page] = {}
    lost = []
    for entry in entries():
        if entry.address not in pages:
            answer = await client.get(entry.address)
            assert answer.status_code == 200, entry
            pages[entry.address] = Page(answer)
        ids = {attributes.get("id") for _, attributes in pages[entry.address].tags}
        # Some parts are there in some states only, as of a desk with more members.
        label = html.escape(bare(words.say("zh-CN", entry.label)))
        _, _, shown = pages[entry.address].html.partition('<div class="page')
        is_shown = re.search(rf">\s*{re.escape(label)}\s*<", shown)
        if entry.anchor and entry.anchor not in ids and is_shown:
            lost.append(entry.href)
    assert not lost, "\n".join(lost)


async def test_no_control_of_a_page_of_settings_is_forgotten(client: httpx.AsyncClient) -> None:
    """Each that has words of its own is found by them."""
    addresses = [each.address for each in PAGES] + list(OF_ONE.values()) + ["/account"]
    addresses += [f"/settings/channels/new?kind={kind}" for kind in KINDS]
    known = {bare(words.say("en", each.label)) for each in entries()}
    forgotten = []
    for address in addresses:
        page = Page(await client.get(address, headers={"Accept-Language": "en"}))
        for control in _named(page):
            label = _label(page, control)
            if label and not any(part and part in label for part in known):
                forgotten.append((address, control["name"], label))
    assert not forgotten, "\n".join(map(str, forgotten))


def _named(page: Page) -> list[dict[str, str]]:
    found = [each for tag in CONTROLS for each in page.attributes(tag)]
    return [
        each
        for each in found
        if each.get("type") not in {"hidden", "radio"}
        and each.get("name", "q") not in NO_SETTINGS
        and not each["name"].startswith(PARTS)
    ]


def _label(page: Page, control: dict[str, str]) -> str:
    if control.get("aria-label"):
        return control["aria-label"]
    marker = f'<label for="{control.get("id", "")}">'
    _, there, rest = page.html.partition(marker)
    said = rest.partition("<")[0].strip()
    return html.unescape(said) if there and control.get("id") else ""


def test_every_page_has_entries_and_other_words() -> None:
    from web.console.setting_search import OTHER_WORDS

    names = {each.name for each in PAGES} | {ACCOUNT}
    assert {each.setting for each in entries()} >= names
    assert OTHER_WORDS.keys() >= names


def test_a_page_of_the_navigation_has_a_template_that_names_it() -> None:
    """What a template calls itself is in the navigation, so that no page is without a way."""
    assert ENVIRONMENT.loader is not None
    names = {each.name for each in PAGES} | {ACCOUNT}
    assert {each.setting for each in entries()} - names == set()


async def test_an_agent_finds_what_they_may_change_only(org: Organization, web: Web) -> None:
    named = {"email": "li@shop.example", "password": "long enough words"}
    agent = await agents.create(org.id, role="agent", **named)
    raw = await sessions.start(agent, address="127.0.0.1", user_agent="tests")
    theirs = web(cookies={"sid": raw})
    for query in ("Time zone", "时区", "SMTP", "拉黑"):
        found = await hits(theirs, query)
        assert [each for each in found if not each.startswith("/account")] == []


async def test_the_command_bar_finds_settings(client: httpx.AsyncClient) -> None:
    answer = await client.get("/commands", params={"q": "calendar", "lang": "en"})
    assert "data-href" in answer.text
    answer = await client.get("/commands", params={"q": "shoudong", "lang": "zh-CN"})
    assert "/settings/hours#state" in answer.text


async def test_nothing_found_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get(HERE, params={"q": "xyzzy", "lang": "zh-CN"})
    assert "没有找到设置" in answer.text
