"""Every route of the product × everybody whom it is not for.

Each method and path is in exactly one of three tables: pages of the console with their roles
(`MATRIX` in `tests/web/console/test_roles.py`), operations of the API with what another
organization gets (`ROUTES` in `tests/web/http/test_operation.py`), and the rest, which asks for no
sign-in: `PUBLIC` here. A route that is in none of them fails.

 who comes                           console       API              the rest
 nobody in particular                test_roles    test_operation   here
 another organization, with ids      test_roles    here             here
 a role or a scope that may not      test_roles    test_operation   has none
 a sign-in or a token that is over   here          here             here
 of what is disabled                 here          here             here
 with another kind of credential     here          here             here
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from litestar.routes import HTTPRoute

from app import settings
from app.brands import stored
from app.people import agents, sessions, tokens
from app.tables import Agent, Organization, Session, Token
from tests.application import application
from tests.web.console.test_roles import CASES, OURS, PLACE, filled, held
from tests.web.console.theirs import CANARY, theirs
from tests.web.http import test_operation as operations
from tests.web.http.test_operation import OPEN_TO_ALL, ROUTES, WITHOUT_TOKENS, everything

Web = Callable[..., httpx.AsyncClient]
__all__ = ["theirs"]

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
SECRET = "x" * 43

# What somebody gets who knows every id of an organization but has no link, code or password of it,
# and, where that differs, what they get when it is disabled.
PUBLIC: dict[tuple[str, str], int | tuple[int, int]] = {
    # The same for everybody: it says nothing of anybody.
    ("GET", "/"): 303,
    ("GET", "/.well-known/security.txt"): 404,
    ("GET", "/docs"): 302,
    ("GET", "/docs/api"): 200,
    ("GET", "/livez"): 200,
    ("GET", "/llms.txt"): 200,
    ("GET", "/readyz"): 200,
    ("GET", "/metrics"): 404,
    ("GET", "/static/{digest}/{name}"): 404,
    ("GET", "/embed/{name}"): 404,
    # Signing in.
    ("GET", "/demo/{slug}"): 303,
    ("GET", "/login"): 200,
    ("POST", "/login"): 422,
    ("POST", "/login/passkey"): 422,
    ("POST", "/login/resume"): 303,
    ("POST", "/login/second"): 422,
    ("GET", "/login/with/{uid}"): (303, 422),
    ("GET", "/login/with/{uid}/back"): 422,
    ("GET", "/password"): 200,
    ("POST", "/password"): 200,
    # Links that work once, or for one thing.
    ("GET", "/address/{code}"): 404,
    ("POST", "/address/{code}"): 404,
    ("GET", "/arrived/{uid}"): 404,
    ("POST", "/arrived/{uid}"): 404,
    ("GET", "/join/{code}"): 404,
    ("POST", "/join/{code}"): 404,
    ("GET", "/password/{code}"): 404,
    ("POST", "/password/{code}"): 404,
    ("GET", "/setup/{code}"): 404,
    ("POST", "/setup/{code}"): 404,
    ("GET", "/t/{code}"): 404,
    ("POST", "/t/{code}"): 404,
    # What a mail provider posts to.
    ("POST", "/inbound/{mailbox}"): 401,
    ("POST", "/inbound/{mailbox}/mime"): 401,
    # The form, for everybody; nothing is left without its token.
    ("GET", "/f/{slug}"): 303,
    ("POST", "/f/{slug}"): (422, 410),
    ("GET", "/w/{slug}"): (200, 410),
    ("POST", "/w/{slug}"): (422, 410),
    ("POST", "/w/{slug}/begun"): 204,
    ("GET", "/w/{slug}/boot.json"): 200,
    ("POST", "/w/{slug}/files"): 404,
    ("GET", "/w/{slug}/presence"): 200,
    # A visitor's own message, for who has its link.
    ("GET", "/w/{slug}/m/{uid}"): 404,
    ("POST", "/w/{slug}/m/{uid}"): 404,
    ("GET", "/w/{slug}/m/{uid}/contact"): 404,
    ("POST", "/w/{slug}/m/{uid}/contact"): 404,
    ("POST", "/w/{slug}/m/{uid}/download"): 404,
    ("GET", "/w/{slug}/m/{uid}/erase"): 404,
    ("POST", "/w/{slug}/m/{uid}/erase"): 404,
    ("POST", "/w/{slug}/m/{uid}/withdraw"): 404,
    ("GET", "/w/{slug}/r/{reference}"): 404,
}
WHICH = {"/arrived": "/settings/channels", "/login/with": "/settings/sign-in/providers"}
"""Whose id a public path has, where it is no message's."""
OF_API = {
    "messages": "/inbox",
    "mail": "/mail",
    "mailboxes": "/settings/mail",
    "channels": "/settings/channels",
    "blocks": "/settings/blocks",
    "brands": "/settings/brands",
    "views": "/inbox/views",
    "phrases": "/settings/phrases",
    "reports": "/settings/reports",
    "deliveries": "/deliveries",
    "tokens": "/settings/tokens",
    "members": "/settings/members",
    "acts": "/inbox/acts",
}
"""Where `theirs` has the id of what is at an address of the API."""


def every_route() -> set[tuple[str, str]]:
    return {
        (str(method), PLACE.sub(r"{\1}", route.path))
        for route in application(settings.current()).routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
        if method != "OPTIONS"
    }


def test_every_route_is_in_exactly_one_table(configure: Callable[..., Any]) -> None:
    tables = [
        {(method, path) for method, _, path in CASES},
        {(method, PLACE.sub(r"{\1}", path)) for method, path in ROUTES},
        set(PUBLIC),
    ]
    assert set().union(*tables) == every_route()
    assert sum(map(len, tables)) == len(every_route())
    resources = {path.split("/")[4] for _, path in ROUTES if "{uid" in path}
    assert resources == set(OF_API), "an id of theirs for each"


def public(path: str, of: dict[str, str]) -> str:
    uid = of[next((name for at, name in WHICH.items() if path.startswith(at)), "/inbox")]
    places = {"slug": "other", "mailbox": of["/inbound"], "uid": uid, "code": SECRET}
    return PLACE.sub(lambda match: places.get(match[1], "LM-AAAAAA"), path)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_who_knows_every_id_gets_nothing_without_its_link_or_password(
    visitor: httpx.AsyncClient, theirs: dict[str, str], other_org: Organization, owner: Agent
) -> None:
    visitor.headers.update(OURS)
    for disabled in (False, True):
        if disabled:
            await disable(other_org)
        before, wrong = await held(other_org.id), []
        for (method, path), expected in PUBLIC.items():
            both = (expected, expected) if isinstance(expected, int) else expected
            data = {} if method == "POST" else None
            answer = await visitor.request(method, public(path, theirs), data=data)
            if answer.status_code != both[disabled] or tells(answer, theirs):
                wrong.append((method, path, answer.status_code))
        assert wrong == [], disabled
        assert untold(await held(other_org.id)) == untold(before)


def untold(rows: dict[str, Any]) -> dict[str, Any]:
    """Without what an admin is told of those who posted to a mailbox with a wrong password."""
    for each in rows["Mailbox"]:
        for name in ("fault", "fault_words", "fault_at", "looked_at"):
            each.pop(name, None)
    return rows


async def disable(org: Organization) -> None:
    await Organization.update({Organization.disabled_at: LONG_AGO}).where(Organization.id == org.id)
    stored.forget(org, org.slug)


def tells(answer: httpx.Response, of: dict[str, str]) -> bool:
    """Whether it has something that was not in its address."""
    said = f"{answer.headers} {answer.text}"
    ids = {uid for uid in of.values() if uid not in str(answer.url)}
    return CANARY in said or any(uid in said for uid in ids)


async def over(web: Web, agent: Agent) -> dict[str, httpx.AsyncClient]:
    """Browsers whose sign-in is over, by why."""
    found = {}
    for why in ("ended", "old", "idle"):
        raw = await sessions.start(agent, address="127.0.0.1", user_agent=why)
        mine = Session.user_agent == why
        if why == "ended":
            await sessions.end(raw)
        elif why == "old":
            await Session.update({Session.expires_at: LONG_AGO}).where(mine)
        else:
            await Session.update({Session.seen_at: LONG_AGO}).where(mine)
        found[why] = web(cookies={"sid": raw}, headers={**OURS, "X-CSRF-Token": sessions.csrf(raw)})
    return found


async def asked_to_sign_in(browser: httpx.AsyncClient, of: dict[str, str]) -> list[Any]:
    """The routes of the console that do something else."""
    wrong = []
    for method, _, path in CASES:
        answer = await browser.request(method, filled(path, of))
        led = answer.headers.get("location", "").startswith("/login?")
        if not led or CANARY in answer.text or "set-cookie" in answer.headers:
            wrong.append((method, path, answer.status_code))
    return wrong


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_no_page_opens_for_a_sign_in_that_is_over(
    web: Web, theirs: dict[str, str], other_org: Organization, other_token: str
) -> None:
    one = await agents.create(other_org.id, email="one@other.example", password="correct horse 9")
    comers = await over(web, one)
    comers["a token"] = web(headers={**OURS, "Authorization": f"Bearer {other_token}"})
    raw = await sessions.start(one, address="127.0.0.1", user_agent="disabled")
    signed = {"cookies": {"sid": raw}, "headers": {**OURS, "X-CSRF-Token": sessions.csrf(raw)}}
    assert (await web(**signed).get("/inbox")).status_code == 200
    before = await everything()
    for why, browser in comers.items():
        assert (why, await asked_to_sign_in(browser, theirs)) == (why, [])
    assert await everything() == before

    await Agent.update({Agent.disabled_at: LONG_AGO}).where(Agent.id == one.id)
    assert await asked_to_sign_in(web(**signed), theirs) == []
    await Agent.update({Agent.disabled_at: None}).where(Agent.id == one.id)
    await disable(other_org)
    before = await everything()
    assert await asked_to_sign_in(web(**signed), theirs) == []
    assert await everything() == before


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_no_operation_is_open_to_a_token_that_is_over(
    web: Web, theirs: dict[str, str], other_org: Organization
) -> None:
    one = await agents.create(other_org.id, email="one@other.example", password="correct horse 9")
    raw = await sessions.start(one, address="127.0.0.1", user_agent="t")
    made = {why: await tokens.create(other_org.id, why, ["all"]) for why in ("expired", "revoked")}
    made["elsewhere"] = await tokens.create(other_org.id, "e", ["all"], networks="203.0.113.0/24")
    made["renewed"] = await tokens.create(other_org.id, "renewed", ["all"])
    public_ids = {why: token.split("_")[1] for why, token in made.items()}
    expired = Token.public_id == public_ids["expired"]
    await Token.update({Token.expires_at: LONG_AGO}).where(expired)
    await tokens.revoke(other_org.id, public_ids["revoked"])
    await tokens.rotate(other_org.id, public_ids["renewed"], until=LONG_AGO)
    comers = {why: web(headers={"Authorization": f"Bearer {made[why]}"}) for why in made}
    comers["a sign-in"] = web(cookies={"sid": raw}, headers=OURS)
    last = await tokens.create(other_org.id, "disabled", ["all"])
    before = await everything()
    for why, client in comers.items():
        assert (why, await refused(client, theirs)) == (why, [])
    assert await everything() == before
    await disable(other_org)
    before = await everything()
    assert await refused(web(headers={"Authorization": f"Bearer {last}"}), theirs) == []
    assert await everything() == before


async def refused(client: httpx.AsyncClient, of: dict[str, str]) -> list[Any]:
    """The operations that are not refused."""
    wrong = []
    open_to = OPEN_TO_ALL if "authorization" not in client.headers else WITHOUT_TOKENS
    for method, path in ROUTES.keys() - open_to:
        answer = await operations.ask(client, method, path, uid_of(path, of))
        if answer.status_code not in {401, 403} or tells(answer, of):
            wrong.append((method, path, answer.status_code))
    return wrong


def uid_of(path: str, of: dict[str, str]) -> str:
    return of[OF_API[path.split("/")[4]]] if "{uid" in path else ""


async def test_a_token_of_another_organization_sees_and_changes_nothing(
    api: httpx.AsyncClient, theirs: dict[str, str], other_org: Organization
) -> None:
    before, wrong = await held(other_org.id), []
    for (method, path), status in ROUTES.items():
        answer = await operations.ask(api, method, path, uid_of(path, theirs))
        if answer.status_code != status or tells(answer, theirs):
            wrong.append((method, path, answer.status_code, answer.text[:200]))
    assert wrong == []
    assert CANARY in str(before)
    assert await held(other_org.id) == before
