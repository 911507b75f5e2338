"""What a client says about itself in headers is never a reason to fail."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import settings as hypothesis_settings
from litestar.connection import ASGIConnection
from litestar.routes import HTTPRoute

from app import messages
from app.fields.check import Answers
from app.messages import Visit
from app.people import sessions
from app.settings import Settings
from app.tables import Agent, Organization
from tests.application import application
from web.http import told

Web = Callable[..., httpx.AsyncClient]
Everybody = Callable[[str], list[tuple[httpx.AsyncClient, dict[str, str]]]]

UNREADABLE = (
    "http://[",
    "//[::1",
    "http://[::1]:99999999/x?y",
    "http://host:port/",
    "\\\\[x]",
    "é\xff\x80",
    "",
    " ",
    "%00%",
    "[" * 3000,
    "=;,=;,",
    '"',
    "1e999",
    "-1",
    "9" * 400,
    "q=nan;q=inf",
)
# Each stands alone: most of them decide whether anything else of the request is looked at.
DECIDING = {
    "Host": ("[", "http://[", "a:b:c", "", "x" * 3000, "[::1", "é\xff", "a@b:0", "a:99999999"),
    "Origin": UNREADABLE,
    "Sec-Fetch-Site": ("", "é\xff", "same-origin, x", "x" * 3000),
    "Sec-Fetch-Mode": UNREADABLE[:3],
    "Cookie": (
        "sid=",
        "sid",
        "=;;=",
        'sid="\\',
        "sid=\xff",
        "sid=%",
        "a" * 9000,
        "sid=\x01",
        "$=1",
    ),
    "Content-Type": ("", ";", "a/b; charset=", "a/b; charset=\xff", "=", "multipart/form-data"),
    "Content-Encoding": ("", "gzip", "é\xff", "identity, identity"),
    "Content-Length": ("", "-1", "x", "9" * 400, "1e9", "\xb2", "0x10", "1_0"),
    "Transfer-Encoding": ("", "gzip", "\xff"),
    "Authorization": ("Bearer", "Bearer  x", "Basic \xff", "Bearer " + "a" * 9000, "\xff"),
    "X-CSRF-Token": UNREADABLE,
    "Idempotency-Key": ("", "\xff", "a" * 300, "a b", "é"),
}
# These are read where they are wanted, so all of them may say the same at once.
TOGETHER = (
    *("Referer", "HX-Current-URL", "HX-Request-Type", "HX-Source", "HX-Target", "HX-PTag"),
    *("HX-History-Restore-Request", "HX-Trigger", "HX-Prompt", "HX-Boosted"),
    *("Accept", "Accept-Language", "Accept-Encoding", "Accept-Charset", "User-Agent"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port"),
    *("Forwarded", "X-Real-IP", "If-None-Match", "If-Match", "If-Modified-Since"),
    *("If-Unmodified-Since", "Range", "If-Range", "Last-Event-ID", "Sec-Fetch-Dest"),
    *("Sec-Purpose", "Priority", "DNT", "X-Request-ID", "X-HTTP-Method-Override", "Expect", "Via"),
)
# What is read is the same on both; what is stored has its own test.
on_one_database = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
PLACEHOLDER = re.compile(r"\{(\w+):\w+\}")


ENDLESS = "/inbox/stream"
"""Its answer never ends; tests/web/console/test_live.py reads it over a real connection."""


def routes(settings: Settings, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every method of every address, which leads to something where it can."""
    for route in application(settings).routes:
        assert isinstance(route, HTTPRoute)
        path = PLACEHOLDER.sub(lambda match: known.get(match[1], "x"), route.path)
        for method in sorted(set(route.methods) - {"OPTIONS"}):
            if path != ENDLESS:
                yield method, path


def bodies_of(method: str, path: str) -> dict[str, Any]:
    if method not in {"POST", "PUT"}:
        return {}
    if path.startswith("/api/") or path.endswith("/presence"):
        return {"json": {}}
    return {"data": {"content": "你好", "email": "a@shop.example"}}


@pytest.fixture
async def everybody(web: Web, org: Organization, owner: Agent, token: str) -> Everybody:
    """Clients of a path, and what each sends to be let in: whom it is for, and a stranger."""
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    signed_in = {"Cookie": f"sid={raw}", "Sec-Fetch-Site": "same-origin"}
    agent = web(), {**signed_in, "X-CSRF-Token": sessions.csrf(raw), "HX-Request": "true"}
    program = web(), {"Authorization": f"Bearer {token}"}
    stranger = web(), {}
    return lambda path: [program if path.startswith("/api/") else agent, stranger]


@pytest.fixture
async def known(org: Organization, answers: Answers, visit: Visit) -> dict[str, str]:
    left = await messages.leave(org, answers, visit, submission_id="one")
    return {
        "slug": org.slug,
        "uid": str(left.uid),
        "key": "phone",
        "kind": "wecom",
        "reference": left.reference,
        "name": "v1.js",
        "digest": "0",
        "code": "x",
    }


async def failing(client: httpx.AsyncClient, method: str, path: str, headers: Any) -> str:
    """Empty when the answer is none of a fault of ours."""
    sent = {name: str(value).encode("latin-1") for name, value in headers.items()}
    answer = await client.request(method, path, headers=sent, **bodies_of(method, path))
    return f"{method} {path} {answer.status_code}" if answer.status_code >= 500 else ""


@on_one_database
@pytest.mark.parametrize("turn", range(4))
async def test_no_route_fails_over_what_all_the_others_say(
    everybody: Everybody, known: dict[str, str], configure: Callable[..., Settings], turn: int
) -> None:
    """All of them at once, in turns over the routes; the first turn is the same for all."""
    values, found = itertools.cycle(UNREADABLE), []
    for method, path in some(routes(configure(), known), turn):
        said = {name: next(values) if turn else UNREADABLE[0] for name in TOGETHER}
        for _ in range(turn):
            next(values)
        for client, own in everybody(path):
            found.append(await failing(client, method, path, {**said, **own}))
    assert [each for each in found if each] == []


def some(every: Iterator[tuple[str, str]], turn: int) -> list[tuple[str, str]]:
    """All of them, but one in eight where tests have to be quick; each turn others."""
    step = 8 if hypothesis_settings.get_current_profile_name() == "quick" else 1
    return list(every)[turn % step :: step]


@on_one_database
@pytest.mark.parametrize("name", DECIDING)
async def test_no_route_fails_over_what_decides_who_is_let_in(
    everybody: Everybody, known: dict[str, str], configure: Callable[..., Settings], name: str
) -> None:
    values, found = itertools.cycle(DECIDING[name]), []
    asked = some(routes(configure(), known), list(DECIDING).index(name))
    for (method, path), said in zip(asked, values, strict=False):
        for client, own in everybody(path):
            found.append(await failing(client, method, path, {**own, name: said}))
    assert [each for each in found if each] == []


async def test_what_is_kept_of_a_visit_fits_both_databases(visitor: httpx.AsyncClient) -> None:
    for said in UNREADABLE:
        headers = dict.fromkeys(
            ("User-Agent", "Accept-Language", "Referer"), said.encode("latin-1")
        )
        body = {"message": {"content": "你好"}, "visitor": {"phone": "13800138000"}}
        answer = await visitor.post("/api/v1/leavemsg/messages", json=body, headers=headers)
        assert answer.status_code == 201, (said, answer.text)


def connection(**headers: str) -> ASGIConnection[Any, Any, Any, Any]:
    pairs = [
        (name.replace("_", "-").encode(), text.encode("latin-1")) for name, text in headers.items()
    ]
    return ASGIConnection({"type": "http", "headers": pairs, "path": "/a", "query_string": b"b=c"})  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("http://localhost:8080/inbox?q=1#x", "/inbox?q=1"),
        ("http://localhost:8080", ""),
        ("/inbox", "/inbox"),
        ("http://[", ""),
        ("http://[::1]:x/inbox", "/inbox"),
        ("", ""),
    ],
)
def test_an_address_is_read_as_far_as_it_is_one(address: str, place: str) -> None:
    assert told.place(connection(referer=address), "referer") == place


def test_where_a_request_went_does_not_depend_on_its_host() -> None:
    assert told.here(connection(host="[")) == "/a?b=c"


@pytest.mark.parametrize(
    ("header", "knows"),
    [
        ('"x"', True),
        ('W/"x"', True),
        ('"a", "x"', True),
        ("*", True),
        ('"xy"', False),
        ("x", False),
        ("", False),
    ],
)
def test_a_known_tag_is_one_of_the_list(header: str, knows: bool) -> None:
    assert told.knows(connection(if_none_match=header), '"x"') is knows


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        *(("gzip", True), ("br, GZIP;q=0.5", True), ("*", True), ("gzip; q=0.001", True)),
        *(
            ("gzip;q=0", False),
            ("gzip; q = 0.000", False),
            ("br", False),
            ("xgzip", False),
            ("", False),
        ),
    ],
)
def test_a_weight_of_nothing_is_a_no(header: str, takes: bool) -> None:
    assert told.takes_gzip(connection(accept_encoding=header)) is takes


def test_a_text_is_read_as_utf_8_where_it_is() -> None:
    written = "浏览器\x00 1\n".encode().decode("latin-1")
    assert told.line(connection(user_agent=written), "user-agent") == "浏览器 1"
    assert told.line(connection(user_agent="caf\xe9"), "user-agent") == "café"


def test_nothing_reads_the_address_that_a_host_header_makes() -> None:
    sources = {path: path.read_text() for path in Path(told.__file__).parent.parent.rglob("*.py")}
    users = [path.name for path, text in sources.items() if re.search(r"\w\.(base_)?url\.\w", text)]
    assert users == []
