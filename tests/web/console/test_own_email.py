"""Another address of one's own: asked for, confirmed at the new one, or stopped at the old one."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import httpx

from app import limits
from app.deliveries.personal import letter
from app.people import account_links, agents, audit, devices, email_change, own_email, sessions
from app.people.actor import OPERATOR
from app.people.agents import Place
from app.tables import AccountLink, Agent, Organization, Session
from tests.app.deliveries.confirm.conftest import channel, mail
from tests.conftest import BASE_URL
from tests.fakes.mail import FakeMail
from tests.web.console.test_factors import stale
from tests.web.console.test_forgot import to, written
from tests.web.reading import Page

__all__ = ["channel", "mail"]

HERE, NEW = "/account/email", "new@shop.example"
PASSWORD = "correct horse 9"
FORM = {"email": f" {NEW.title()} ", "current": PASSWORD}
LINK = re.compile(rf"{BASE_URL}(/(?:account/email|address)/[\w-]+)")
OURS = {"Sec-Fetch-Site": "same-origin"}
Web = Callable[..., httpx.AsyncClient]


async def link(mail: FakeMail, address: str) -> str:
    """That of the last mail to it."""
    await letter.posted()
    path: str = LINK.findall(written(to(mail, address)[-1]))[0]
    return path


async def asked(client: httpx.AsyncClient, mail: FakeMail, owner: Agent) -> tuple[str, str]:
    """The links that the new address and the old one get."""
    answer = await client.post(HERE, data=FORM)
    assert answer.headers["location"] == f"{HERE}?done=sent"
    return await link(mail, NEW), await link(mail, owner.email)


async def addresses(*those: Agent) -> set[str]:
    rows = await Agent.select(Agent.email).where(Agent.id.is_in([each.id for each in those]))
    return {row["email"] for row in rows}


async def test_it_changes_everywhere_once_the_new_address_confirms_it(
    client: httpx.AsyncClient, owner: Agent, there: Agent, channel: object, mail: FakeMail
) -> None:
    client.cookies["device"] = devices.marked("", owner.email)
    confirm, _ = await asked(client, mail, owner)
    assert NEW in Page(await client.get(HERE)).words
    page = Page(await client.get(f"{confirm}?lang=en"))
    assert f"you sign in with {NEW} in place of {owner.email}" in page.words
    assert await addresses(owner, there) == {owner.email}, "looking changes nothing"

    answer = await client.post(confirm)
    assert answer.headers["location"] == "/account?done=email"
    assert await addresses(owner, there) == {NEW}
    assert devices.known(answer.cookies["device"], NEW)
    assert (await client.get("/account")).status_code == 200, "they stay signed in"
    place = Place(address="192.0.2.1")
    assert (await agents.sign_in(NEW, PASSWORD, place)).account == owner.account
    await letter.posted()
    assert "leavemsg admin change-email" in written(to(mail, owner.email)[-1])
    assert (await client.post(confirm)).status_code == 404
    acts = [(each.action, each.detail) for each in await audit.of(owner.organization, owner.id)]
    change = f"{owner.email} > {NEW}"
    assert acts[-2:] == [("account.email_asked", change), ("account.email", change)]


async def test_a_link_does_only_what_it_is_for(
    client: httpx.AsyncClient,
    visitor: httpx.AsyncClient,
    owner: Agent,
    channel: object,
    mail: FakeMail,
) -> None:
    confirm, stop = await asked(client, mail, owner)
    reset = f"/x/{await account_links.mailed(owner)}"
    codes = {
        name: path.rpartition("/")[2]
        for name, path in (("confirm", confirm), ("stop", stop), ("reset", reset))
    }
    for name, path in (
        *((name, f"/password/{codes[name]}") for name in ("confirm", "stop")),
        *((name, f"/join/{codes[name]}") for name in ("confirm", "stop")),
        *((name, f"{HERE}/{codes[name]}") for name in ("reset", "stop")),
        *((name, f"/address/{codes[name]}") for name in ("reset", "confirm")),
    ):
        browser = client if path.startswith(HERE) else visitor
        data = {"password": "another good one 1", "name": "x", "email": "x@x.example"}
        for answer in (
            await browser.get(path),
            await browser.post(path, data=data, headers=OURS),
        ):
            assert answer.status_code == 404, (name, path)
    assert await own_email.waiting(owner.account) is not None
    assert await account_links.forgetful(codes["reset"]) is not None


async def test_the_old_address_stops_it_and_ends_every_sign_in(
    client: httpx.AsyncClient,
    visitor: httpx.AsyncClient,
    owner: Agent,
    channel: object,
    mail: FakeMail,
) -> None:
    confirm, stop = await asked(client, mail, owner)
    assert (await visitor.get(stop)).status_code == 200
    assert await own_email.waiting(owner.account) is not None, "looking changes nothing"
    page = Page(await visitor.post(f"{stop}?lang=en", headers=OURS))
    assert "your address stays as it is" in page.words
    assert await sessions.of(owner.account) == []
    assert await own_email.found(confirm.rpartition("/")[2], "confirm") is None
    assert (await visitor.post(stop, headers=OURS)).status_code == 404
    last = (await audit.of(owner.organization, owner.id))[-1]
    assert (last.action, last.detail) == ("account.email_stopped", NEW)


async def test_what_cannot_be_is_said_and_begins_nothing(
    client: httpx.AsyncClient,
    owner: Agent,
    channel: object,
    mail: FakeMail,
    other_org: Organization,
) -> None:
    await agents.create(other_org.id, email="b@b.example", password=PASSWORD)
    for email, current, faults in (
        ("nobody", "wrong", ["#email", "#current"]),
        ("b@b.example", "wrong", ["#current"]),
        ("b@b.example", PASSWORD, ["#email"]),
        (owner.email, PASSWORD, ["#email"]),
        ("nouser@shop.example", PASSWORD, ["#email"]),
    ):
        answer = await client.post(HERE, data={"email": email, "current": current})
        found = [each for each in Page(answer).links() if each in ("#email", "#current")]
        assert (answer.status_code, found) == (422, faults), email
        assert PASSWORD not in answer.text
    assert await own_email.waiting(owner.account) is None
    assert mail.messages == []

    limits.forget_all()
    for status in (303, 303, 303, 422):
        assert (await client.post(HERE, data=FORM)).status_code == status
    await letter.posted()
    assert await AccountLink.count().where(AccountLink.agent == owner.id) == 2


async def test_an_address_that_is_taken_meanwhile_is_said(
    client: httpx.AsyncClient, web: Web, owner: Agent, channel: object, mail: FakeMail
) -> None:
    """And whoever else is signed in is told whose link it is."""
    confirm, _ = await asked(client, mail, owner)
    other = await agents.create(owner.organization, email="b@b.example", password=PASSWORD)
    raw = await sessions.start(other, address="127.0.0.1", user_agent="t")
    headers = {**OURS, "X-CSRF-Token": sessions.csrf(raw)}
    theirs = web(cookies={"sid": raw}, headers=headers)
    for answer in (await theirs.get(confirm), await theirs.post(confirm)):
        assert "b@b.example" in Page(answer).words
        assert NEW not in answer.text
        assert owner.email not in answer.text

    await email_change.change(other.email, NEW, by=OPERATOR.by)
    answer = await client.post(f"{confirm}?lang=en")
    assert answer.status_code == 422
    assert "This email is already in use" in Page(answer).words
    assert await addresses(owner) == {owner.email}


async def test_without_a_way_it_says_what_to_do_instead(
    client: httpx.AsyncClient, owner: Agent
) -> None:
    page = Page(await client.get(f"{HERE}?lang=en"))
    assert f"leavemsg admin change-email --email {owner.email}" in page.words
    assert page.attributes("form", action=HERE) == []
    assert (await client.post(HERE, data=FORM)).status_code == 422


async def test_only_soon_after_a_sign_in_and_it_is_taken_back(
    client: httpx.AsyncClient, owner: Agent, channel: object, mail: FakeMail
) -> None:
    """Who was let in by a provider knows no password, and needs none."""
    await Session.update({Session.provider: uuid.uuid4()}, force=True)
    assert Page(await client.get(HERE)).attributes("input", name="current") == []
    answer = await client.post(HERE, data={"email": NEW})
    assert answer.headers["location"] == f"{HERE}?done=sent"
    assert await own_email.waiting(owner.account) is not None
    answer = await client.post(f"{HERE}/withdraw")
    assert answer.headers["location"] == f"{HERE}?done=withdrawn"
    assert await own_email.waiting(owner.account) is None

    await stale()
    page = Page(await client.get(f"{HERE}?lang=en"))
    assert "sign in again" in page.words
    assert (await client.post(HERE, data=FORM)).headers["location"] == HERE
    assert await own_email.waiting(owner.account) is None
