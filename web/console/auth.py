"""Console access: session, role, same origin and CSRF.

Every console page is built by `console()`, so that no route can forget a check: a session first;
for changes, a request from our own pages and the session's token.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response, Router
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from app import settings
from app.contacts import policy, sight
from app.errors import NotFound
from app.people import agents, audit, devices, homes, memberships, sessions, sign_in_policy
from app.people.actor import Actor
from app.people.factors import held
from app.people.memberships import Membership
from app.single_sign_on import providers
from app.tables import Account, Agent, Organization
from web.console import kept, login_form
from web.http import render, told
from web.http.address import client_ip, on_record, own_origins
from web.http.bodies import form_of
from web.http.faults import Refused
from web.http.request import Incoming
from web.http.words import N_

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER = "x-csrf-token"
# Long enough for every address of the console with its filters: a search of 400 Chinese characters.
NEXT = re.compile(r"/(?![/\\])[A-Za-z0-9_\-.~*+/?=&%]{0,4000}", re.ASCII)
NEXT_FORBIDDEN = ("%5c", "%2f%2f", "/..")
HOME = "/inbox"
FACTORS = "/account/factors"
WITHOUT = (FACTORS, "/logout", "/organizations")
"""What is open to who has yet to set up a second factor."""
PLACES = frozenset(
    {"inbox", "deliveries", "settings", "account", "overview", "start", "organizations", "join"}
)
"""How addresses of pages begin."""
# Asked by the page itself, not by a person.
POLLED = "/inbox/news"

EVERYBODY = frozenset({"owner", "admin", "agent", "viewer"})
AGENTS = frozenset({"owner", "admin", "agent"})
ADMINS = frozenset({"owner", "admin"})
OWNERS = frozenset({"owner"})

CROSS_SITE = N_("This came from another site. Open the page itself and try again.")
STALE = N_("The page has expired. Reload it and send again; what you wrote is kept.")
OLD = N_("The page has expired. Go back, reload it and try again.")
NO_FACTOR = N_("Your organization asks for a second factor. Set one up under My account first.")
ROLE = N_("Your account may not do this. Ask an admin.")


class Desk(msgspec.Struct, frozen=True):
    """The signed-in account, who it is in the organization that is open, session and CSRF token.
    `since`: when they signed in, and by which provider, if not here."""

    account: Account
    agent: Agent
    org: Organization
    session: uuid.UUID
    csrf: str
    since: dt.datetime
    provider: uuid.UUID | None = None

    @property
    def by(self) -> str:
        return self.agent.name or self.agent.email

    @property
    def zone(self) -> str:
        """In which times are shown to them, and read from what they type."""
        return self.account.timezone or self.org.timezone

    @property
    def actor(self) -> Actor:
        """Who decides about members."""
        return Actor(by=self.by, role=self.agent.role, agent=self.agent.id)

    @property
    def may_act(self) -> bool:
        """Whether they may change something, not only look."""
        return self.agent.role in AGENTS

    @property
    def contacts(self) -> policy.Way:
        """How they see visitors' contact data."""
        return policy.of(self.org).way(self.agent.role)

    @property
    def is_admin(self) -> bool:
        return self.agent.role in ADMINS


# The type of a handler's `desk` parameter.
AtDesk = NamedDependency[Desk]


class SignedOut(Exception):
    """No session, or one that has ended."""


class FactorMissing(Exception):
    """Their organization asks for a second factor, and they have none."""


class Expired(Exception):
    """The token is another session's; the form can be sent again."""


class Elsewhere(Exception):
    """The page, or a link, is one of another organization than is open."""

    def __init__(self, its: Membership) -> None:
        super().__init__(its.slug)
        self.its = its


def console(
    path: str,
    handlers: Sequence[ControllerRouterHandler],
    *,
    readers: frozenset[str] = EVERYBODY,
    writers: frozenset[str] = AGENTS,
    anywhere: bool = False,
) -> Router:
    """`anywhere`: its acts are the same from a page of whichever organization."""
    return Router(
        path,
        route_handlers=handlers,
        guards=[
            from_our_own_pages,
            *([] if anywhere else [in_its_organization]),
            of_these(readers, writers),
            with_the_token,
        ],
        dependencies={"desk": Provide(desk)},
        exception_handlers={
            SignedOut: to_sign_in,
            Expired: to_resume,
            Elsewhere: to_its_own,
            FactorMissing: to_set_up,
        },
        middleware=[render.PACKED],
    )


def changes_something(connection: Connection) -> bool:
    return isinstance(connection, Request) and connection.method not in SAFE


def of_these(readers: frozenset[str], writers: frozenset[str]) -> Guard:
    """A guard for roles that may read, and roles that may change things. It raises Refused or
    SignedOut."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        found = await desk(connection)
        await with_second_factor(found, connection)
        role = found.agent.role
        if role not in (writers if changes_something(connection) else readers):
            raise Refused(403, "role", ROLE)

    return guard


async def with_second_factor(desk: Desk, connection: Connection) -> None:
    """Raises FactorMissing when their organization's time for one is over."""
    if connection.scope["path"].startswith(WITHOUT):
        return
    due = await factor_due(desk)
    if due is not None and due <= dt.datetime.now(dt.UTC):
        raise FactorMissing


async def factor_due(desk: Desk) -> dt.datetime | None:
    """Until when they have to set a second factor up; None when they have to set up none."""
    policy = sign_in_policy.of(desk.org)
    if not policy.demands(desk.agent.role) or await _is_asked_elsewhere(desk):
        return None
    return None if await held.has(desk.account.id) else policy.due(desk.agent.created_at)


async def _is_asked_elsewhere(desk: Desk) -> bool:
    """Who signs in by a provider is asked for it there, unless it leaves that to us."""
    if desk.provider is None:
        return False
    try:
        return not (await providers.one(desk.org.id, desk.provider)).config.asks_second
    except NotFound:
        return False


def for_admins(desk: Desk) -> None:
    """Where a page that others may use has something for admins only. Raises Refused."""
    if not desk.is_admin:
        raise Refused(403, "role", ROLE)


async def from_our_own_pages(connection: Connection, _: BaseRouteHandler) -> None:
    """Raises Refused for changes from other sites: by Sec-Fetch-Site, else by Origin."""
    if not changes_something(connection):
        return
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin", "")
    # A browser on plain http in an office network sends no Sec-Fetch-Site.
    ours = origin in own_origins(connection) if site is None else site == "same-origin"
    if not ours:
        raise Refused(403, "cross_site", CROSS_SITE)


async def in_its_organization(connection: Connection, _: BaseRouteHandler) -> None:
    """Raises Elsewhere for what a page of another organization of theirs sends or asks for: another
    tab has opened this one meanwhile."""
    its = kept.page_of(_token(connection))
    at = await desk(connection)
    if not its:
        await _where_the_link_leads(connection, at)
    if not its or its == at.agent.id.hex:
        return
    for each in await memberships.of(at.account.id):
        if each.agent.hex == its:
            raise Elsewhere(each)
    raise Refused(403, "stale_page", OLD)


async def _where_the_link_leads(connection: Connection, at: Desk) -> None:
    """Raises Elsewhere for an address of another organization of theirs. For others it is as one
    that there never was."""
    if changes_something(connection) or told.by_htmx(connection):
        return
    slug = connection.query_params.get("org", "")
    home = await homes.home_of(connection.scope["path"])
    if slug in ("", at.org.slug) and home in (None, at.org.id):
        return
    for each in await memberships.of(at.account.id):
        if each.organization == home or (home is None and each.slug == slug):
            raise Elsewhere(each)
    if slug not in ("", at.org.slug):
        raise NotFound


async def with_the_token(connection: Connection, _: BaseRouteHandler) -> None:
    if not isinstance(connection, Request) or not changes_something(connection):
        return
    raw = cookie_value(connection)
    if sessions.csrf_ok(raw, _token(connection).partition(kept.MARK)[0]):
        return
    if told.by_htmx(connection):
        # The page stays and gets the new token, which only our own origin can read.
        raise Refused(403, "stale_page", STALE, headers={HEADER: (await desk(connection)).csrf})
    raise Expired if kept.of(connection) else Refused(403, "stale_page", OLD)


def _token(connection: Connection) -> str:
    """The page's, with which it is one of an organization's. Links have none."""
    token = connection.headers.get(HEADER)
    if token is None and isinstance(connection, Request) and changes_something(connection):
        token = form_of(connection).get(kept.CSRF, "")
    return token or ""


async def desk(request: Connection) -> Desk:
    """The desk of the session, looked up once per request. Raises SignedOut."""
    state: dict[str, Any] = request.scope["state"]
    known = state.get("desk")
    if isinstance(known, Desk):
        return known
    raw = cookie_value(request)
    signed = await sessions.find(raw) if raw else None
    if signed is None:
        raise SignedOut
    token = kept.marked(sessions.csrf(raw), signed.agent.id.hex)
    found = Desk(
        signed.account, signed.agent, signed.org, signed.id, token, signed.since, signed.provider
    )
    audit.known("agent", signed.agent.id)
    sight.of(signed.agent.id, masks=found.contacts != "full")
    state["desk"] = found
    state["locale"] = signed.account.locale
    state["default_locale"] = signed.org.locale
    return found


async def desk_or_none(request: Connection) -> Desk | None:
    """For pages that are for everybody, and know who is signed in."""
    try:
        return await desk(request)
    except SignedOut:
        return None


def cookie_name() -> str:
    return "__Host-sid" if settings.current().secure_cookies else "sid"


def cookie_value(connection: Connection) -> str:
    return connection.cookies.get(cookie_name(), "")


def session_cookie(raw: str) -> Cookie:
    """The session's cookie; an empty value deletes it."""
    return Cookie(
        key=cookie_name(),
        value=raw,
        max_age=sessions.LIFETIME if raw else 0,
        path="/",
        httponly=True,
        secure=settings.current().secure_cookies,
        # "strict" would show the sign-in page to everybody who follows a link from a chat group.
        samesite="lax",
    )


def place_of(connection: Connection) -> agents.Place:
    """From where a password is shown."""
    return agents.Place(
        address=client_ip(connection), device=device_of(connection), network=on_record(connection)
    )


def device_of(connection: Connection) -> str:
    """The mark of a browser in which somebody has signed in before, see app.people.devices."""
    return connection.cookies.get(device_cookie("").key, "")


def device_cookie(mark: str) -> Cookie:
    return Cookie(
        key="__Host-device" if settings.current().secure_cookies else "device",
        value=mark,
        max_age=devices.LIFETIME,
        path="/",
        httponly=True,
        secure=settings.current().secure_cookies,
        samesite="lax",
    )


def to_sign_in(request: Incoming, _: Exception) -> Response[Any]:
    if told.by_htmx(request):
        return _ask_htmx_to_sign_in(request)
    if request.method in SAFE:
        return Redirect(sign_in_address(told.here(request)), status_code=303)
    if unsent := kept.packed(kept.of(request)):
        return login_form.draw(request, HOME, kept=unsent, status=401)
    return Redirect(sign_in_address(HOME), status_code=303)


def to_resume(request: Incoming, _: Exception) -> Response[Any]:
    unsent = kept.of(request)
    assert unsent, "Expired is raised for nothing else"
    return kept.resume(request, unsent, sessions.csrf(cookie_value(request)), 403)


def to_its_own(request: Incoming, found: Elsewhere) -> Response[Any]:
    """Offers to switch. What was written stays on the screen, or comes along to the organization
    that it is for."""
    desk = request.scope["state"]["desk"]
    if request.method in SAFE and not told.by_htmx(request):
        context = {
            "its": found.its,
            "open_now": desk.org.name,
            "token": desk.csrf,
            "next": told.here(request),
            "languages": [],
        }
        return render.answer(request, "organizations/elsewhere.html", context, status=404)
    unsent = kept.of(request)
    context = {
        "its": found.its,
        "open_now": desk.org.name,
        "token": desk.csrf,
        "kept": kept.packed(unsent),
        "written": kept.written(unsent),
        "posted": request.method not in SAFE,
        "languages": [],
    }
    page = "parts/elsewhere.html" if told.by_htmx(request) else "elsewhere.html"
    return render.answer(request, page, context, status=409)


def to_set_up(request: Incoming, _: Exception) -> Response[Any]:
    """To the page that sets a second factor up; what was written stays where it is."""
    if told.by_htmx(request):
        if request.method in SAFE and request.scope["path"] != POLLED:
            headers = {"HX-Redirect": FACTORS, "Vary": render.VARY}
            return Response("", status_code=403, headers=headers)
        raise Refused(403, "second_factor", NO_FACTOR)
    if request.method not in SAFE and (unsent := kept.of(request)):
        csrf = sessions.csrf(cookie_value(request))
        return kept.resume(request, unsent, csrf, 403, first=FACTORS)
    return Redirect(FACTORS, status_code=303)


def _ask_htmx_to_sign_in(request: Incoming) -> Response[Any]:
    """Redirects GETs by people to the sign-in; other requests get a notice, so that typed text
    stays on the screen."""
    where = sign_in_address(told.place(request, "hx-current-url"))
    if request.method in SAFE and request.scope["path"] != POLLED:
        return Response("", status_code=401, headers={"HX-Redirect": where, "Vary": render.VARY})
    return render.answer(request, "parts/signed_out.html", {"where": where}, status=401)


def sign_in_address(next_page: str) -> str:
    return f"/login?next={quote(safe_next(next_page), safe='/')}"


def safe_next(address: str) -> str:
    """The address if it is a page of the console, else the inbox."""
    path = address.partition("?")[0].lower()
    if not NEXT.fullmatch(address) or "//" in address or any(bad in path for bad in NEXT_FORBIDDEN):
        return HOME
    first = path.strip("/").split("/")[0]
    return address if first in PLACES else HOME
