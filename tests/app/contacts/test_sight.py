"""A member, and a token, that may not see contacts finds a visitor's nowhere: every page and every
address of the API is walked, so that a new one is covered by being there."""

from __future__ import annotations

import html
import io
import re
import uuid
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from app import database, messages
from app.contacts import policy, sight
from app.fields.check import Answers
from app.fields.shape import Label
from app.mail.receive import receive
from app.mail.settle import settle
from app.messages import Visit, remarks
from app.people import agents, sessions, tokens
from app.people.token_shape import ALL, CONTACTS
from app.settings import Settings
from app.tables import MailAttachment, Organization
from tests.web.console.test_auth import console_routes
from tests.web.http import test_operation as operations
from tests.web.http.test_operation import BASE, ROUTES

Web = Callable[..., httpx.AsyncClient]

NAME = "王小姐"
PHONE, EMAIL, WECHAT = "13912345678", "canary.person@hidden.example", "canary_wx_77"
PLATE = "沪A12345"
SAID = f"{NAME} 的电话 139-1234-5678，或 {EMAIL}，或 {WECHAT.upper()}"
NOTE = f"{SAID}，车牌 {PLATE}"
TOLD = re.compile(
    rf"139[ -]?1234[ -]?5678|12345678|canary\.person|canary_wx_77|{PLATE}", re.IGNORECASE
)
# Nothing is known of who wrote it, so an id is one where it is said to be.
SAID_BY_MAIL = SAID.replace(WECHAT.upper(), f"微信 {WECHAT}")
MAIL = f"""From: {NAME} <{EMAIL}>
Subject: {PHONE}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

{SAID_BY_MAIL}
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename="{PHONE}.pdf"

%PDF-1.4
--b--
"""
PLACE = re.compile(r"{(\w+)(?::\w+)?}")
ENDLESS = "/inbox/stream"
WRITES = frozenset(ALL) - {CONTACTS}


@pytest.fixture
async def left(org: Organization, web: Web, token: str) -> dict[str, str]:
    """A message with all that belongs to it and contacts everywhere, also where nobody was asked
    for one; another that waits; and a mail that fits nowhere."""
    await policy.save(org, {"agents": "asked", "viewers": "masked"}, by="test")
    api = web(headers={"Authorization": f"Bearer {token}"})
    channel = {"type": "custom", "name": "g", "webhook_url": "https://canary.example/"}
    made = await api.post(f"{BASE}/config", json={"notifications": [channel]})
    answers = Answers(
        name=NAME,
        phone=PHONE,
        email=EMAIL,
        wechat=WECHAT,
        content=SAID,
        fields={"tel2": PHONE, "second": PHONE, "plate": PLATE},
        labels={
            "second": Label({"zh-CN": "备用"}, "phone", list=True),
            "plate": Label({"zh-CN": "车牌"}, personal=True, list=True),
        },
    )
    visit = Visit(page_url=f"https://shop.example/?tel={PHONE}", referrer=f"https://x/?m={EMAIL}")
    found = await messages.leave(org, answers, visit, submission_id="one")
    uid = str(found.uid)
    await remarks.append(org.id, uid, NOTE)
    for visible in (True, False):
        await remarks.add(org.id, uid, f"{visible}: {SAID}", visible=visible, by="老板")
    await messages.handle(org.id, uid, outcome="phone", note=NOTE, by="老板")
    await messages.leave(org, answers, visit, submission_id="two")
    await settle(org.id, mail := await receive(org.id, MAIL.encode()))
    block = {"kind": "phone", "text": PHONE, "reason": SAID_BY_MAIL}
    assert (await api.post(f"{BASE}/blocks", json=block)).status_code == 201
    log = await api.get(f"{BASE}/deliveries")
    attached = await database.value(uuid.UUID, MailAttachment.select(MailAttachment.id))
    return {
        "/inbox": uid,
        "/messages": uid,
        "/mail": str(mail),
        "/mail/files": str(attached),
        "/deliveries": log.json()["items"][0]["uid"],
        "/config": made.json()["notifications"][0]["uid"],
    }


def filled(path: str, of: dict[str, str]) -> str:
    known = of.get(path.partition("/{")[0], str(uuid.UUID(int=7)))
    return PLACE.sub(lambda match: known if match[1] == "uid" else "x", path)


def text_of(answer: httpx.Response) -> str:
    """All that it says, also in its headers: how a file is called that is saved."""
    named = str(answer.headers)
    if answer.content.startswith(b"PK"):
        packed = zipfile.ZipFile(io.BytesIO(answer.content))
        return "\n".join([named, *(packed.read(name).decode() for name in packed.namelist())])
    return f"{named}\n{html.unescape(answer.text)}"


async def signed_in(web: Web, org: Organization, role: str) -> httpx.AsyncClient:
    agent = await agents.create(
        org.id, email=f"{role}@x.example", password="correct horse 9", role=role
    )
    raw = await sessions.start(agent, address="127.0.0.1", user_agent="t")
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": sessions.csrf(raw)}
    return web(cookies={"sid": raw}, headers=headers)


def pages(settings: Settings) -> Iterator[str]:
    for path, handler in console_routes(settings):
        if "GET" in handler.http_methods and path != ENDLESS:
            yield path
    yield from ("/inbox?status=all", "/inbox?status=handled", f"/commands?q={NAME}")
    yield "/inbox/news?after=0&listed=0&at_top=yes&status=all"


async def read(walk: AsyncIterator[tuple[str, httpx.Response]]) -> tuple[list[Any], set[str]]:
    """Where a contact is told or an error answered, and where the visitor is named."""
    told, named = [], set()
    async for path, answer in walk:
        text = text_of(answer)
        if NAME in text:
            named.add(path)
        if TOLD.search(text) or answer.status_code >= 500:
            told.append((path, answer.status_code, TOLD.findall(text)))
    return told, named


async def opened(
    browser: httpx.AsyncClient, settings: Settings, of: dict[str, str]
) -> AsyncIterator[tuple[str, httpx.Response]]:
    for path in pages(settings):
        yield PLACE.sub(r"{\1}", path), await browser.get(filled(path, of))


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("role", "way"), [("agent", "asked"), ("agent", "masked"), ("viewer", "masked")]
)
async def test_a_masked_member_finds_a_contact_on_no_page(
    web: Web,
    org: Organization,
    left: dict[str, str],
    role: str,
    way: str,
    configure: Callable[..., Settings],
) -> None:
    await policy.save(org, {f"{role}s": way}, by="test")
    browser = await signed_in(web, org, role)
    told, named = await read(opened(browser, configure(), left))
    assert told == []
    assert len(named) > 6, "the message was shown, or this shows nothing"


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_an_owner_finds_them(
    web: Web, org: Organization, left: dict[str, str], configure: Callable[..., Settings]
) -> None:
    browser = await signed_in(web, org, "owner")
    told, _ = await read(opened(browser, configure(), left))
    shown = {path for path, _, found in told if found}
    assert shown >= {"/inbox", "/inbox/{uid}", "/mail"}, "or the tests above show nothing"


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", ["owner", "agent"])
async def test_a_file_has_contacts_for_an_owner_who_asks_for_them(
    web: Web, org: Organization, left: dict[str, str], role: str
) -> None:
    await policy.save(org, {"agents": "masked", "viewers": "masked"}, by="test")
    browser, path = await signed_in(web, org, role), "/inbox/export?status=all"
    for form in ("csv", "jsonl"):
        file = await browser.post(path, data={"format": form})
        assert (file.status_code, NAME in file.text) == (200, True)
        assert TOLD.findall(text_of(file)) == []
    file = await browser.post(path, data={"format": "csv", "contacts": "full"})
    assert file.status_code == (200 if role == "owner" else 403)
    assert bool(TOLD.search(text_of(file))) == (role == "owner")


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_masked_member_takes_no_contact_out(
    web: Web, org: Organization, left: dict[str, str]
) -> None:
    browser = await signed_in(web, org, "agent")
    one = {"m": left["/inbox"], "matching": "1"}
    for path, form in (
        *(("/inbox/export", {"format": f, "full": "yes", **one}) for f in ("csv", "xlsx", "jsonl")),
        *(("/inbox/bulk", {"act": act, **one}) for act in ("export", "block", "notify")),
        (f"/inbox/{left['/inbox']}/read", {}),
        (f"/inbox/{left['/inbox']}/claim", {}),
    ):
        answer = await browser.post(f"{path}?status=all", data=form)
        assert answer.status_code in (200, 303, 409), (path, form, answer.text)
        assert not TOLD.search(text_of(answer)), (path, form)
        assert NAME in text_of(answer) or "export" not in path


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_token_without_the_scope_reads_no_contact(
    web: Web, org: Organization, left: dict[str, str], api: httpx.AsyncClient
) -> None:
    program = web(
        headers={"Authorization": f"Bearer {await tokens.create(org.id, 'crm', sorted(WRITES))}"}
    )
    told, named = await read(answered(program, left))
    assert told == []
    assert len(named) > 4, "the message was read, or this shows nothing"
    told_all, named_all = await read(answered(api, left))
    assert named == named_all, "it reads the same, but for the contacts"
    shown = {path.removeprefix(BASE) for path, _, found in told_all if found}
    assert shown >= {"/messages", "/messages/{uid:str}", "/messages/export"}


async def answered(
    client: httpx.AsyncClient, of: dict[str, str]
) -> AsyncIterator[tuple[str, httpx.Response]]:
    """Whatever of the API reads; of a message where nothing else is at the address."""
    for method, path in ROUTES:
        if method == "GET" or "preview" in path:
            place = path.partition("/{")[0].removeprefix(BASE)
            yield path, await operations.ask(client, method, path, of.get(place, of["/messages"]))


async def test_an_agent_may_ask_for_one_message_which_the_audit_has(
    web: Web, org: Organization, left: dict[str, str], client: httpx.AsyncClient
) -> None:
    browser, here = await signed_in(web, org, "agent"), f"/inbox/{left['/inbox']}"
    asked = await browser.post(f"{here}/contacts")
    assert PHONE in asked.text
    assert EMAIL in asked.text
    assert "mailto:" in asked.text
    masked = (await browser.get(here)).text
    assert "mailto:" not in masked
    assert 'data-copy="139' not in masked
    assert not TOLD.search((await browser.get(here)).text)
    audit = (await client.get("/settings/audit?area=contacts")).text
    assert audit.count(left["/inbox"]) == 1


async def test_who_may_not_ask_is_refused(
    web: Web, org: Organization, left: dict[str, str]
) -> None:
    await policy.save(org, {"agents": "masked"}, by="test")
    browser = await signed_in(web, org, "agent")
    answer = await browser.post(f"/inbox/{left['/inbox']}/contacts")
    assert answer.status_code == 409
    assert not TOLD.search(html.unescape(answer.text))


async def test_so_many_a_day_are_shown(web: Web, org: Organization, left: dict[str, str]) -> None:
    await policy.save(org, {"agents": "asked", "shown_a_day": 1}, by="test")
    browser, here = await signed_in(web, org, "agent"), f"/inbox/{left['/inbox']}/contacts"
    assert (await browser.post(here)).status_code == 200
    answer = await browser.post(here)
    assert answer.status_code == 429
    assert not TOLD.search(html.unescape(answer.text))


async def test_a_part_of_a_number_finds_nothing_and_the_whole_does(
    web: Web, org: Organization, left: dict[str, str]
) -> None:
    browser, found = await signed_in(web, org, "agent"), {}
    asked = ("1391234", "91234", "12345678", "canary.p", "hidden.example", "canary_w", "5678", NAME)
    for q in (*asked, PHONE, "139 1234 5678", EMAIL, WECHAT):
        page = (await browser.get("/inbox", params={"status": "all", "q": q})).text
        found[q] = f'id="m-{left["/inbox"]}"' in page
    # What is shown is found: ***@hidden.example, 139****5678.
    seen = {NAME, "hidden.example", "5678", PHONE, "139 1234 5678", EMAIL, WECHAT}
    assert {q for q, shown in found.items() if shown} == seen


async def test_a_note_that_is_seen_masked_is_not_overwritten_by_it(
    web: Web, org: Organization, left: dict[str, str]
) -> None:
    browser, here = await signed_in(web, org, "agent"), f"/inbox/{left['/inbox']}"
    await browser.post(f"{here}/reopen")
    seen = (await messages.one(org.id, left["/inbox"])).note
    with sight.through(sight.Sight(masks=True)):
        shown = (await messages.one(org.id, left["/inbox"])).note
    assert shown != seen == NOTE
    await browser.post(f"{here}/handle", data={"outcome": "phone", "note": shown})
    assert (await messages.one(org.id, left["/inbox"])).note == NOTE
    await browser.post(f"{here}/reopen")
    await browser.post(f"{here}/handle", data={"outcome": "phone", "note": "another"})
    assert (await messages.one(org.id, left["/inbox"])).note == "another"
