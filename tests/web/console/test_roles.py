"""Every page and every button of the console × everybody who may come: a page that is missing here
fails, and so does one that lets somebody in who must stay out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.people import agents, memberships, sessions
from app.settings import Settings
from app.tables import ALL, Account, Agent, Organization, Session
from tests.web.console.test_auth import console_routes
from tests.web.console.theirs import CANARY, theirs
from web.console.auth import ADMINS, AGENTS, EVERYBODY, OWNERS

Web = Callable[..., httpx.AsyncClient]
__all__ = ["theirs"]

OURS = {"Sec-Fetch-Site": "same-origin"}
ENDLESS = "/inbox/stream"
PLACE = re.compile(r"{(\w+)(?::\w+)?}")

MATRIX = {
    ("GET", EVERYBODY): """
        /account
        /account/email
        /account/email/{code}
        /account/factors
        /account/factors/app
        /account/identities/{uid}/link
        /account/hours
        /account/{rest}
        /commands
        /files/{uid}
        /files/{uid}/small
        /deliveries
        /deliveries/replay
        /deliveries/{uid}
        /deliveries/{uid}/again
        /deliveries/{uid}/{rest}
        /inbox
        /inbox/acts/{uid}
        /inbox/news
        /inbox/stream
        /inbox/views
        /inbox/{uid}
        /inbox/{uid}/code.svg
        /inbox/{uid}/paper
        /inbox/{uid}/why
        /inbox/{uid}/{rest}
        /mail
        /mail/files/{uid}
        /mail/{uid}
        /organizations
        /overview
        /settings
        /settings/search
        /settings/{rest}
    """,
    ("GET", AGENTS): """
        /inbox/export
        /inbox/{uid}/block
        /inbox/{uid}/phrases
        /settings/phrases
    """,
    ("GET", ADMINS): """
        /settings/audit
        /settings/history
        /settings/history/{part}
        /settings/history/{part}/{uid}
        /settings/blocks
        /settings/blocks/new
        /settings/blocks/{uid}
        /settings/brands
        /settings/channels
        /settings/channels/new
        /settings/channels/states
        /settings/channels/{uid}
        /settings/channels/{uid}/remove
        /settings/events
        /settings/form
        /settings/form/fields/{key}
        /settings/form/preview
        /settings/mail
        /settings/hours
        /settings/hours/now
        /settings/members
        /settings/organization
        /settings/members/{uid}
        /settings/members/{uid}/identities
        /settings/outcomes
        /settings/reports
        /settings/reports/{uid}
        /settings/rota
        /settings/rules
        /settings/rules/new
        /settings/rules/{uid}
        /settings/sign-in
        /settings/sign-in/providers
        /settings/sign-in/providers/new/{kind}
        /settings/sign-in/providers/{uid}
        /settings/privacy
        /settings/privacy/documents
        /settings/privacy/documents/{file}
        /settings/reply-mail
        /settings/targets
        /settings/system
        /settings/templates
        /settings/templates/{kind}
        /settings/told
        /settings/tokens
        /settings/tokens/new
        /settings/tokens/{uid}
        /settings/widget
        /start
        /start/steps
    """,
    ("GET", OWNERS): """
        /organizations/new
    """,
    ("POST", OWNERS): """
        /organizations/new
    """,
    ("POST", EVERYBODY): """
        /account/email
        /account/email/withdraw
        /account/email/{code}
        /account
        /account/factors/app
        /account/factors/app/confirm
        /account/factors/app/remove
        /account/factors/codes
        /account/factors/devices/end
        /account/factors/devices/{uid}/end
        /account/factors/passkeys
        /account/factors/passkeys/{uid}
        /account/factors/passkeys/{uid}/remove
        /account/identities/link
        /account/identities/{uid}/unlink
        /account/handles
        /account/hours
        /account/mail
        /account/password
        /account/sessions/others/end
        /account/sessions/{uid}/end
        /logout
        /organizations/join
        /organizations/leave
        /organizations/open
    """,
    ("POST", AGENTS): """
        /mail/{uid}/assign
        /mail/{uid}/new
        /mail/{uid}/throw
        /mail/{uid}/keep
        /deliveries/replay
        /deliveries/replay/stop
        /deliveries/{uid}/replay
        /inbox/acts/{uid}/stop
        /inbox/block
        /inbox/bulk
        /inbox/export
        /inbox/notify
        /inbox/undo/{act}
        /inbox/views
        /inbox/views/{uid}
        /inbox/views/{uid}/down
        /inbox/views/{uid}/filter
        /inbox/views/{uid}/remove
        /inbox/views/{uid}/up
        /inbox/{uid}/assign
        /inbox/{uid}/block
        /inbox/{uid}/categorize
        /inbox/{uid}/claim
        /inbox/{uid}/contacts
        /inbox/{uid}/draft/{draft}/discard
        /inbox/{uid}/draft/{draft}/send
        /inbox/{uid}/handle
        /inbox/{uid}/look
        /inbox/{uid}/phrase
        /inbox/{uid}/prioritize
        /inbox/{uid}/read
        /inbox/{uid}/remark
        /inbox/{uid}/reopen
        /inbox/{uid}/replay
        /inbox/{uid}/restore
        /inbox/{uid}/snooze
        /inbox/{uid}/spam
        /inbox/{uid}/tag
        /inbox/{uid}/trash
        /inbox/{uid}/undo/{act}
        /inbox/{uid}/unreply/{said}
        /inbox/{uid}/untag
        /inbox/{uid}/wake
        /overview/export
        /presence/beat
        /presence/switch
        /settings/phrases
        /settings/phrases/{uid}
        /settings/phrases/{uid}/remove
    """,
    ("POST", ADMINS): """
        /settings/mail/new
        /settings/mail/new/test
        /settings/mail/{uid}
        /settings/mail/{uid}/remove
        /settings/mail/{uid}/rotate
        /settings/mail/{uid}/switch
        /settings/mail/{uid}/test
        /settings/audit/export
        /settings/history/{part}/{uid}
        /settings/history/{part}/{uid}/undo
        /settings/blocks/new
        /settings/blocks/new/try
        /settings/blocks/{uid}
        /settings/blocks/{uid}/remove
        /settings/blocks/{uid}/try
        /settings/brands
        /settings/brands/{slug}
        /settings/brands/{slug}/archive
        /settings/brands/{slug}/down
        /settings/brands/{slug}/restore
        /settings/brands/{slug}/up
        /settings/channels/confirmation
        /settings/channels/limits
        /settings/channels/new
        /settings/channels/new/as
        /settings/channels/new/preview
        /settings/channels/new/test
        /settings/channels/paste
        /settings/channels/{uid}
        /settings/channels/{uid}/arrived
        /settings/channels/{uid}/bring-back
        /settings/channels/{uid}/down
        /settings/channels/{uid}/preview
        /settings/channels/{uid}/remove
        /settings/channels/{uid}/resend
        /settings/channels/{uid}/restore
        /settings/channels/{uid}/switch
        /settings/channels/{uid}/test
        /settings/channels/{uid}/test-typed
        /settings/channels/{uid}/up
        /settings/channels/{uid}/withdraw
        /settings/form/add
        /settings/form/discard
        /settings/form/fields/{key}
        /settings/form/fields/{key}/down
        /settings/form/fields/{key}/remove
        /settings/form/fields/{key}/try
        /settings/form/fields/{key}/up
        /settings/form/groups
        /settings/form/order
        /settings/form/preview
        /settings/form/proof
        /settings/form/publish
        /settings/form/restore
        /settings/hours/china
        /settings/hours/day
        /settings/hours/day/remove
        /settings/hours/import
        /settings/hours/override
        /settings/hours/release
        /settings/hours/week
        /settings/members/invitations/{uid}/withdraw
        /settings/members/invite
        /settings/members/{uid}/disable
        /settings/members/{uid}/enable
        /settings/members/{uid}/factors
        /settings/members/{uid}/give
        /settings/members/{uid}/handles
        /settings/members/{uid}/identities
        /settings/members/{uid}/identities/{linked}/remove
        /settings/members/{uid}/owner
        /settings/members/{uid}/password
        /settings/members/{uid}/role
        /settings/members/{uid}/sign-out
        /settings/events/{uid}/end
        /settings/events/{uid}/renew
        /settings/members/{uid}/tokens
        /settings/organization
        /settings/outcomes/{part}/add
        /settings/outcomes/{part}/{key}/down
        /settings/outcomes/{part}/{key}/hide
        /settings/outcomes/{part}/{key}/rename
        /settings/outcomes/{part}/{key}/up
        /settings/reports/new
        /settings/reports/{uid}
        /settings/reports/{uid}/remove
        /settings/reports/{uid}/send
        /settings/rota
        /settings/rules/mode
        /settings/rules/new
        /settings/rules/new/try
        /settings/rules/order
        /settings/rules/reminders
        /settings/rules/{uid}
        /settings/rules/{uid}/down
        /settings/rules/{uid}/remove
        /settings/rules/{uid}/restore
        /settings/rules/{uid}/switch
        /settings/rules/{uid}/try
        /settings/rules/{uid}/up
        /settings/sign-in
        /settings/sign-in/providers/new/{kind}
        /settings/sign-in/providers/new/{kind}/test
        /settings/sign-in/providers/{uid}
        /settings/sign-in/providers/{uid}/remove
        /settings/sign-in/providers/{uid}/switch
        /settings/sign-in/providers/{uid}/test
        /inbox/erase
        /settings/privacy
        /settings/privacy/contacts
        /settings/privacy/erase
        /settings/privacy/export
        /settings/privacy/person
        /settings/reply-mail
        /settings/targets
        /settings/system
        /settings/system/rotation
        /settings/templates/{kind}
        /settings/templates/{kind}/preview
        /settings/templates/{kind}/test
        /settings/templates/{kind}/reset
        /settings/templates/{kind}/restore
        /settings/tokens/new
        /settings/tokens/{uid}/end-old
        /settings/tokens/{uid}/revoke
        /settings/tokens/{uid}/rotate
        /settings/told
        /settings/widget
        /settings/widget/allow
        /settings/widget/identity
        /settings/widget/restrict
        /start/arrived
        /start/channel
        /start/message
        /start/over
        /start/test
    """,
}
"""Who may look at what, and press what."""

CASES = [
    (method, roles, path) for (method, roles), paths in MATRIX.items() for path in paths.split()
]


def filled(path: str, of: dict[str, str] | None = None) -> str:
    """The path with ids of things; without any, of nothing that there is."""
    before = path.partition("/{")[0]
    known = (of or {}).get(before, str(uuid.UUID(int=7)))
    places = {"uid": known, "act": known, "rest": "nowhere"}
    return PLACE.sub(lambda match: places.get(match[1], "outcomes"), path)


def test_every_page_and_every_button_is_in_the_matrix(configure: Callable[..., Settings]) -> None:
    found = {
        (method, PLACE.sub(r"{\1}", path))
        for path, handler in console_routes(configure())
        for method in handler.http_methods - {"OPTIONS"}
    }
    assert found == {(method, path) for method, _, path in CASES}


async def test_strangers_are_asked_to_sign_in(visitor: httpx.AsyncClient, owner: Agent) -> None:
    wrong = []
    for method, _, path in CASES:
        answer = await visitor.request(method, filled(path), headers=OURS)
        if not answer.headers.get("location", "").startswith("/login?"):
            wrong.append((method, path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", agents.ROLES)
async def test_a_role_gets_what_is_for_it_and_is_refused_the_rest(
    web: Web, org: Organization, role: str
) -> None:
    """What may be pressed is not pressed here, what may be seen is looked at."""
    agent = await agents.create(
        org.id, email=f"{role}@shop.example", password="correct horse 9", role=role
    )
    raw = await sessions.start(agent, address="127.0.0.1", user_agent="t")
    browser = web(cookies={"sid": raw}, headers={**OURS, "X-CSRF-Token": sessions.csrf(raw)})
    wrong = []
    for method, roles, path in CASES:
        may = role in roles
        if path == ENDLESS or (may and method == "POST"):
            continue
        status = (await browser.request(method, filled(path))).status_code
        if (status == 403) == may or status >= 500:
            wrong.append((method, path, status))
    assert wrong == []


async def held(organization: uuid.UUID) -> dict[str, Any]:
    """Every row of the organization."""
    found: dict[str, Any] = {}
    for table in ALL:
        owned = next((c for c in table._meta.columns if c._meta.name == "organization"), None)
        if table is Organization:
            query = table.select().where(Organization.id == organization)
        elif table is Session:
            query = table.select().where(Session.agent.organization == organization)
        elif owned is not None:
            query = table.select().where(owned == organization)
        else:
            continue
        found[table.__name__] = sorted(await query, key=str)
    return found


async def test_a_role_elsewhere_is_none_here(
    web: Web, owner: Agent, there: Agent, other_org: Organization
) -> None:
    """The owner of one organization has another open, where they are a viewer."""
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    signed = await sessions.find(raw)
    assert signed
    await memberships.open_for(signed.id, owner.account, there.id)
    browser = web(cookies={"sid": raw}, headers={**OURS, "X-CSRF-Token": sessions.csrf(raw)})
    wrong = []
    for method, roles, path in CASES:
        may = "viewer" in roles
        if path == ENDLESS or (may and method == "POST"):
            continue
        status = (await browser.request(method, filled(path))).status_code
        if (status == 403) == may or status >= 500:
            wrong.append((method, path, status))
    assert wrong == []


@pytest.mark.parametrize("belongs", [False, True])
async def test_an_owner_of_another_organization_sees_and_changes_nothing(
    client: httpx.AsyncClient,
    other_org: Organization,
    theirs: dict[str, str],
    belongs: bool,
    owner: Agent,
) -> None:
    """Also one who belongs to it, while their own is open."""
    if belongs:
        [account] = await Account.objects().where(Account.id == owner.account)
        await agents.add(other_org.id, account, role="admin", name="")
    before = await held(other_org.id)
    assert CANARY in str(before)
    form = {
        "role": "viewer",
        "to": "nobody",
        "current": "correct horse 9",
        "stays": "yes",
        "outcome": "phone",
        "name": "x",
        "title": "x",
        "text": "x",
        "m": theirs["/inbox"],
    }
    wrong = []
    for method, _, path in CASES:
        if path in {ENDLESS, "/logout", "/account/password"}:
            continue
        data = form if method == "POST" else None
        answer = await client.request(method, filled(path, theirs), data=data)
        if CANARY in answer.text or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code))
    assert wrong == []
    assert await held(other_org.id) == before
