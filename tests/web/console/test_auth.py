"""Who may enter the console, and that it was they who pressed the button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from litestar.routes import HTTPRoute

from app import messages
from app.fields.check import Answers
from app.messages import Visit
from app.people import agents, sessions
from app.settings import Settings
from app.tables import Agent, Organization
from tests.application import application
from tests.web.reading import Page
from web.api import bearer
from web.console import auth
from web.http import bodies, resting

Web = Callable[..., httpx.AsyncClient]

PUBLIC = {
    "/",
    "/login",
    "/login/second",
    "/login/passkey",
    "/login/resume",
    "/metrics",
    "/.well-known/security.txt",
    "/password",
    "/static/{digest:str}/{name:path}",
}
# The demo page asks for a sign-in itself; the script of the widget is for every site.
OPEN = (
    *(
        "/w/",
        "/setup/",
        "/api",
        "/live",
        "/embed/",
        "/demo/",
        "/arrived/",
        "/join/",
        "/password/",
        "/address/",
        "/f/",
        "/inbound/",
        "/t/",
        "/docs",
        "/llms.txt",
    ),
    *("/login/with/",),
)
OURS = {"Sec-Fetch-Site": "same-origin"}


def console_routes(settings: Settings) -> list[tuple[str, Any]]:
    app = application(settings)
    found = []
    for route in app.routes:
        public = route.path in PUBLIC or route.path.startswith(OPEN)
        if isinstance(route, HTTPRoute) and not public and route.path != "/readyz":
            found += [(route.path, handler) for handler in route.route_handlers]
    return found


def test_no_route_of_the_console_forgets_a_check(configure: Callable[..., Settings]) -> None:
    routes = console_routes(configure())
    assert len(routes) > 15
    everywhere = {"/logout"}
    for path, handler in routes:
        guards = handler.resolve_guards()
        ours = [
            g
            for g in guards
            if getattr(g, "func", g) not in (resting.guard, bearer.guard, bodies.guard)
        ]
        names = [getattr(guard, "func", guard).__qualname__ for guard in ours]
        own = (
            []
            if path in everywhere or path.startswith("/organizations")
            else ["in_its_organization"]
        )
        wanted = ["from_our_own_pages", *own, "of_these.<locals>.guard", "with_the_token"]
        assert names == wanted, path


def test_looking_never_changes_anything(configure: Callable[..., Settings]) -> None:
    for path, handler in console_routes(configure()):
        methods = handler.http_methods - {"OPTIONS"}
        assert methods in (set(), {"GET"}, {"POST"}), path


async def test_who_is_not_signed_in_is_asked_to(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/inbox?q=%E4%BB%B7%E6%A0%BC&status=all")

    assert answer.status_code == 303
    assert (
        answer.headers["location"]
        == "/login?next=/inbox%3Fq%3D%25E4%25BB%25B7%25E6%25A0%25BC%26status%3Dall"
    )


async def test_htmx_is_led_to_the_sign_in_and_back_to_the_page(visitor: httpx.AsyncClient) -> None:
    headers = {
        "HX-Request": "true",
        "HX-Current-URL": "http://localhost:8080/settings/channels",
        **OURS,
    }
    answer = await visitor.get("/inbox", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/login?next=/settings/channels"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8080"}, 403),
        ({"Origin": "http://localhost:8080"}, 303),
        ({"Origin": "http://localhost:8081"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
async def test_only_our_own_pages_may_post(
    web: Web, owner: Agent, headers: dict[str, str], status: int
) -> None:
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    browser = web(cookies={"sid": raw})
    answer = await browser.post("/logout", data={"csrf_token": sessions.csrf(raw)}, headers=headers)

    assert answer.status_code == status
    assert (await sessions.find(raw) is None) == (status == 303)


@pytest.mark.parametrize("token", ["", "x", "…", "0" * 5000, None])
async def test_a_token_that_is_not_this_session_s_is_refused(
    web: Web, owner: Agent, token: str | None
) -> None:
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    other = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    given = sessions.csrf(other) if token is None else token
    answer = await web(cookies={"sid": raw}, headers=OURS).post(
        "/logout", data={"csrf_token": given}
    )

    assert answer.status_code == 403
    assert "页面已过期" in answer.text
    assert await sessions.find(raw) is not None


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data"])
async def test_only_forms_are_read(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post("/logout", content=b"{}", headers={"content-type": kind})

    assert answer.status_code == 415


async def test_a_made_up_cookie_is_no_session(web: Web) -> None:
    for value in ("chosen", "x" * 60_000):
        answer = await web(cookies={"sid": value}).get("/inbox")
        assert answer.status_code == 303
        assert "set-cookie" not in answer.headers


async def test_a_viewer_may_look_but_not_touch(
    web: Web, org: Organization, answers: Answers, visit: Visit
) -> None:
    viewer = await agents.create(
        org.id, email="v@shop.example", password="correct horse 9", role="viewer"
    )
    raw = await sessions.start(viewer, address="127.0.0.1", user_agent="t")
    left = await messages.leave(org, answers, visit, submission_id="one")
    browser = web(cookies={"sid": raw}, headers={**OURS, "X-CSRF-Token": sessions.csrf(raw)})

    assert (await browser.get(f"/inbox/{left.uid}")).status_code == 200
    assert (await browser.post(f"/inbox/{left.uid}/spam")).status_code == 403
    assert (await browser.get("/settings/channels")).status_code == 403
    assert (await browser.post("/logout")).status_code == 303


@pytest.mark.parametrize(
    "address",
    [
        "/inbox",
        "/inbox?status=all&q=%E4%BB%B7",
        "/inbox/01a203ff-645b-740e-ba1c-04eb25f1c0b1",
        "/settings/channels/new?kind=wecom",
        "/overview?range=30",
        "/start",
        "/inbox?q=a+b&site=https%3A%2F%2Fshop.example",
        "/inbox?q=" + "%E4%BB%B7" * 200 + "&contact=" + "%40" * 400,
    ],
)
def test_pages_of_the_console_are_returned_to(address: str) -> None:
    assert auth.safe_next(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "/inbox//evil.example",
        "/inbox?next=//evil.example",
        "/inbox/..//evil",
        "/inbox/../login",
        "/inbox%5c",
        "/inbox%2f%2fevil",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "inbox",
        "/login",
        "/logout",
        "/api/v1/leavemsg/messages",
        "/inbox\n",
        "/inbox " * 2,
        "/inbox?" + "a" * 4001,
        "/收件箱",
    ],
)
def test_no_other_address_is(address: str) -> None:
    assert auth.safe_next(address) == "/inbox"


def test_the_cookie_is_locked_to_the_host_over_https(configure: Callable[..., Settings]) -> None:
    configure(LEAVEMSG_BASE_URL="https://lm.example.com")
    cookie = auth.session_cookie("raw")

    assert cookie.key == "__Host-sid"
    assert (cookie.secure, cookie.httponly, cookie.samesite) == (True, True, "lax")
    assert (cookie.path, cookie.domain) == ("/", None)


async def test_who_is_writing_is_told_and_not_taken_away(visitor: httpx.AsyncClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost:8080/inbox/x", **OURS}
    for answer in (
        await visitor.post("/inbox/x/handle", data={"note": "…"}, headers=headers),
        await visitor.get("/inbox/news", headers=headers),
    ):
        assert answer.status_code == 401
        assert "hx-redirect" not in answer.headers
        assert "/login?next=/inbox/x" in answer.text


HANDLE = {"outcome": "phone", "note": "已回电，\n周三再打"}


async def test_a_note_outlives_the_sign_in_without_any_script(
    visitor: httpx.AsyncClient, owner: Agent, left: str
) -> None:
    page = Page(await visitor.post(f"/inbox/{left}/handle?q=1", data=HANDLE, headers=OURS))
    assert "写好的内容会保留" in page.words
    data = {**page.values, "email": owner.email, "password": "wrong horse 99"}
    page = Page(await visitor.post(page.attributes("form")[0]["action"], data=data, headers=OURS))
    data = {**page.values, "email": owner.email, "password": "correct horse 9"}
    page = Page(await visitor.post(page.attributes("form")[0]["action"], data=data, headers=OURS))

    assert "周三再打" in page.words
    [form] = page.attributes("form")
    assert form["action"] == f"/inbox/{left}/handle?q=1"
    assert (await visitor.post(form["action"], data=page.values, headers=OURS)).status_code == 303
    row = await messages.one(owner.organization, left)
    assert (row.outcome, row.note) == ("phone", "已回电，\n周三再打")


async def test_a_note_on_a_page_of_an_older_session_is_kept(
    web: Web, owner: Agent, left: str
) -> None:
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    browser = web(cookies={"sid": raw}, headers=OURS)
    answer = await browser.post(f"/inbox/{left}/handle", data={**HANDLE, "csrf_token": "old"})
    page = Page(answer)

    assert answer.status_code == 403
    assert "写好的内容还在" in page.words
    action = page.attributes("form")[0]["action"]
    assert (await browser.post(action, data=page.values)).status_code == 303
    assert (await messages.one(owner.organization, left)).note == "已回电，\n周三再打"


@pytest.mark.parametrize(
    "path",
    [
        "/settings/phrases",
        "/settings/blocks/new",
        "/settings/members/invite",
        "/account",
        "/account/mail",
        "/settings/rules/new",
        "/inbox/views?q=%E4%BB%B7",
        "/inbox/01a203ff-645b-740e-ba1c-04eb25f1c0b1/remark?q=" + "%E4%BB%B7" * 200,
    ],
)
async def test_what_is_added_on_a_page_of_an_older_session_is_kept(
    web: Web, owner: Agent, path: str
) -> None:
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    browser = web(cookies={"sid": raw}, headers=OURS)
    page = Page(await browser.post(path, data={"text": "周三再打", "csrf_token": "old"}))

    assert "写好的内容还在" in page.words
    assert page.attributes("form")[0]["action"] == path


async def test_a_page_with_a_script_gets_the_token_of_now(
    web: Web, owner: Agent, left: str
) -> None:
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    browser = web(cookies={"sid": raw}, headers={**OURS, "HX-Request": "true"})
    answer = await browser.post(f"/inbox/{left}/handle", data={**HANDLE, "csrf_token": "old"})

    assert answer.status_code == 403
    assert "页面已过期，刷新后再提交，写好的内容会保留。" in answer.text
    token, _, page = answer.headers["x-csrf-token"].partition(".")
    assert sessions.csrf_ok(raw, token)
    assert page == owner.id.hex


@pytest.mark.parametrize(
    "path",
    [
        "/settings/channels/new",
        "/settings/channels/x/test-typed",
        "/settings/widget/identity",
        "/settings/members/x/owner",
        "/account/password",
    ],
)
async def test_a_form_with_secrets_is_never_carried(
    visitor: httpx.AsyncClient, web: Web, owner: Agent, path: str
) -> None:
    data = {
        "webhook_url": "https://canary.example",
        "secret": "canary",
        "password": "canary",
        "current": "canary",
    }
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    stale = await web(cookies={"sid": raw}, headers=OURS).post(path, data=data)
    ended = await visitor.post(path, data=data, headers=OURS)

    assert (stale.status_code, ended.status_code) == (403, 303)
    assert "canary" not in stale.text + ended.text + ended.headers["location"]


@pytest.mark.parametrize("carried", ["x", "x" * 32 + "{}", "é", '{"to":"/logout","fields":[]}'])
async def test_nobody_else_can_have_something_carried(
    visitor: httpx.AsyncClient, owner: Agent, carried: str
) -> None:
    data = {"email": owner.email, "password": "correct horse 9", "kept": carried}
    answer = await visitor.post("/login", data=data, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")


async def test_another_site_can_have_nothing_carried(visitor: httpx.AsyncClient, left: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = await visitor.post(f"/inbox/{left}/handle", data=HANDLE, headers=headers)
    assert answer.status_code == 403
    assert "周三再打" not in answer.text


async def test_a_viewer_sees_no_button_that_is_refused(
    web: Web, org: Organization, answers: Answers, visit: Visit, configure: Callable[..., Settings]
) -> None:
    """On every page that can be reached from the inbox, in every state of a message."""
    uids = [
        str((await messages.leave(org, answers, visit, submission_id=f"{n}")).uid) for n in range(3)
    ]
    await messages.handle(org.id, uids[0], outcome="phone", by="owner")
    await messages.spam(org.id, uids[1], by="owner")
    viewer = await agents.create(
        org.id, email="v@shop.example", password="correct horse 9", role="viewer"
    )
    raw = await sessions.start(viewer, address="127.0.0.1", user_agent="t")
    browser = web(cookies={"sid": raw}, headers={**OURS, "X-CSRF-Token": sessions.csrf(raw)})
    to_see = ["/inbox", "/inbox?status=all", "/deliveries", "/deliveries/replay", "/settings"]
    to_see += [f"/inbox/{uid}" for uid in uids]
    seen: set[str] = set()
    actions: set[str] = set()
    while to_see:
        path = to_see.pop().partition("#")[0]
        if path in seen or not path.startswith(("/inbox", "/deliveries", "/settings", "/account")):
            continue
        seen.add(path)
        answer = await browser.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        page = Page(answer)
        to_see += page.links()
        actions |= {form["action"] for form in page.attributes("form", method="post")}
        posting = [tag for _, tag in page.tags if "hx-post" in tag or "formaction" in tag]
        actions |= {tag.get("hx-post") or tag["formaction"] for tag in posting}

    assert len(seen) > 8
    own = {"/account/factors/app", "/account/factors/passkeys"}
    assert actions == {"/logout", "/account", "/account/password", *own}
    for action in actions:
        assert (await browser.post(action)).status_code != 403


@pytest.fixture
async def left(org: Organization, answers: Answers, visit: Visit) -> str:
    return str((await messages.leave(org, answers, visit, submission_id="one")).uid)
