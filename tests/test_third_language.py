"""A language is one line, one catalogue and the texts of notices: a third one, added by the recipe
of CONTRIBUTING.md to a copy of the product, and no page or notice has a word of another."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from tests import copies, pseudo
from tests.copies import EMAIL, PASSWORD, Product
from tests.documents import ROOT
from tests.fakes.vendors import FakeVendors
from tests.processes import TLS
from tests.pseudo import FOREIGN, TAG, Seen
from tests.web.reading import Page

API = "/api/v1/leavemsg"
SPOKEN = {"Accept-Language": TAG}
# What no language translates: addresses, references and codes; the names of the product, of
# languages, of zones and what our own test has typed.
DATA = re.compile(
    r"</?a\b[^>]*>|\S+@\S+|https?://\S*|\S+\.(?:example|com|cn|test|ics|csv)\S*|127\.0\.0\.1\S*|localhost\S*"
    r"|\bLM-\w{3,6}…?|\bhttp_\d+\b|\b[A-Z]\w+(?:/[A-Z][\w-]+)+|\bGMT\S*|\bUTC\S*"
    r"|\{\{.*?\}\}|\{\w+\}|\b(?:visitor|message|fields|brand)\.[\w<>]+|/livez\b|/readyz\b"
    r"|\bHTTP\b|\b(?:GET|POST|PUT|PATCH)\b|\bAuthorization\b|\bBearer\b|\bWordPress\b"
    r"|\bVue · React\b|\bPostmark\b|\bSendGrid\b|\bMailgun\b|\bAmazon SES\b|\bMarkdown\b|\bHTML\b"
    r"|\bLeavemsg\b|\bowner\b|简体中文|\bEnglish\b|\bSQLite\b|/tmp/\S*|\bt\b"
    # What stands in the consoles of platforms, as they call it.
    r"|\([\u3400-\u9fff][^)]*\)"
)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    tree = tmp_path_factory.mktemp("product")
    with copies.running(tree, pseudo.add_language, LEAVEMSG_LOCALE=TAG) as product:
        yield product


@pytest.fixture(scope="module")
def token(product: Product) -> str:
    return product.token()


@pytest.fixture
async def client(product: Product, token: str) -> AsyncIterator[httpx.AsyncClient]:
    await product.process.ready()
    headers = {**SPOKEN, "Origin": product.process.url}
    async with httpx.AsyncClient(
        base_url=product.process.url, headers=headers, verify=TLS, follow_redirects=True
    ) as client:
        yield client


def mixed(answer: httpx.Response | str) -> list[str]:
    html = answer if isinstance(answer, str) else answer.text
    return [
        f"{where}: {text}"
        for where, text in Seen(html).pieces
        if FOREIGN.search(DATA.sub(" ", text))
    ]


def of_another_language(pages: Mapping[str, httpx.Response]) -> dict[str, str]:
    """What they show so, each with the first page that does."""
    found: dict[str, str] = {}
    for path, page in pages.items():
        for words in mixed(page):
            found.setdefault(words, path)
    return found


async def walk(client: httpx.AsyncClient, *starts: str) -> dict[str, httpx.Response]:
    """Every page that links lead to from here, one for each path."""
    found: dict[str, httpx.Response] = {}
    waiting = list(starts)
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        if path in found or path.startswith(("/static", "/api", "/embed", "/livez", "/readyz")):
            continue
        answer = await client.get(address)
        found[path] = answer
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        links = (link for link in Page(answer).links() if not link.startswith("#"))
        here = (urlsplit(urljoin(str(answer.url), link)) for link in links)
        base = urlsplit(str(client.base_url))
        waiting += [f"{link.path}?{link.query}" for link in here if link.netloc == base.netloc]
    return found


async def test_no_page_of_the_console_has_a_word_of_another_language(
    client: httpx.AsyncClient, token: str
) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    async with FakeVendors() as fakes:
        bots = [
            {"type": kind, "webhook_url": fakes.add_bot(kind, "1" * 20)}
            for kind in ("wecom", "dingtalk", "feishu")
        ]
        server = fakes.add_bot("wecom_app", "ww01", secret="2" * 20, users=["1"])
        app = {"type": "wecom_app", "corpid": "ww01", "agentid": 1000002, "secret": "2" * 20}
        bots.append({**app, "server": server, "to_users": ["1", "2"]})
        hooks = [{"type": "custom", "webhook_url": fakes.add_hook("2", [{"status": 404}])}]
        smtp = {"host": "127.0.0.1", "port": 9, "auth": {"user": EMAIL, "pass": "x"}}
        mails = [{"type": "email", "smtp_config": smtp, "to": [EMAIL]}]
        config = {"notifications": [*bots, *hooks, *mails]}
        saved = await client.post(f"{API}/config", json=config, headers=headers)
        assert saved.status_code == 200, saved.text
        body = {"visitor": {"phone": "13800138000"}, "message": {"content": "123?"}}
        left = await client.post(f"{API}/messages", json=body, headers=headers)
        assert left.status_code == 201, left.text
        tested = await client.post(f"{API}/test", json={}, headers=headers)
        assert tested.status_code == 200
    await client.post("/login", data={"email": EMAIL, "password": PASSWORD})

    pages = await walk(client, "/inbox", "/settings/notifications/new")

    assert len(pages) > 20

    found = of_another_language(pages)
    assert found == {}


async def test_the_visitors_pages_and_sign_in_have_none(
    product: Product, client: httpx.AsyncClient
) -> None:
    shop = "/w/default"
    form = await client.get(shop)
    typed = Page(form).values
    pages = {
        "form": form,
        "embedded form": await client.get(f"{shop}?embed=1"),
        "refused form": await client.post(shop, data={**typed, "content": "", "phone": "1"}),
        "doubted form": await client.post(
            shop, data={**typed, "content": "1", "phone": "138-0013"}
        ),
        "unknown shop": await client.get("/w/nobody"),
        "unknown page": await client.get("/nowhere"),
        "login": await client.get("/login"),
        "refused login": await client.post("/login", data={"email": EMAIL, "password": "wrong"}),
        "spent link": await client.get("/setup/spent"),
    }
    receipt = await client.post(shop, data={**typed, "content": "123?", "phone": "13800138000"})
    assert "LM-" in receipt.text
    pages |= {"receipt": receipt, **await walk(client, *inside(receipt, f"{shop}/m/"))}

    found = of_another_language(pages)
    assert found == {}
    assert mixed(await client.get("/login?lang=en"))


def inside(answer: httpx.Response, start: str) -> list[str]:
    return [link for link in Page(answer).links() if start in link]


def test_no_notice_of_any_kind_has_one(product: Product) -> None:
    env = {**product.process.env, "PYTHONPATH": f"{product.tree}:{ROOT}"}
    told = copies.run(product.tree, "-c", NOTICES, env=env)

    lines = told.splitlines()
    assert len(lines) > 50
    assert [line for line in lines if FOREIGN.search(DATA.sub(" ", line))] == []


# Every kind of parcel through every format of every kind of channel, then a confirmation, and
# what the widget says before it knows the way to anybody.
NOTICES = """
import itertools
from app.catalogue import say
from app.channels.email import confirmation
from app.channels.sender import Confirmation
from app.notices.notice import sample
from app.widget import words
from tests.app.channels.things import ALL, INBOX, made, notice, parcel

one = notice(name="", content="1?", category="", fields=(("2", "3"),), repeats=4)
again = notice(name="", content="1?", category="", others=3)
added = notice(name="", content="1?", category="", added=True)
kinds = ("single", "digest", "repeat", "more", "flood", "alert", "test")
for variant, kind, neutral in itertools.product(ALL, kinds, (False, True)):
    given = {"kind": kind, "total": 40, "text": "7", "neutral": neutral, "maybe_repeat": True}
    if variant[0] != "custom":
        said = parcel(one, again, added, locale="ka", timezone="Asia/Shanghai", **given)
        print(made(variant).preview(said))
        tried = parcel(sample(locale="ka"), kind="test", locale="ka")
        print(made(variant).preview(tried))
        if variant[0] == "email":
            print(made(variant).sender_address("ka").display_name)
visitor = Confirmation(to="", reference="8", shop="9", link=INBOX, reply_by="10")
print(confirmation.preview(visitor, "ka"))
print(*(say("ka", word) for word in words.WORDS))
assert '"ka": [' in words.script()
"""
