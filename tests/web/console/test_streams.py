"""Streams of events: what rings, and when they end."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app import database
from app.messages import acts, long_acts
from app.messages.change import AT_ONCE
from app.people import sessions
from app.tables import Agent, Organization, new_id
from tests.browser.product import organization
from tests.processes import TLS, serve
from tests.web.console.conftest import Leave
from web.console import streams
from web.console.streams import ACT, PING, RETRY, Stream, Streams


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "EVERY", 0.01)
    monkeypatch.setattr(streams, "CHECK_EVERY", 2)


class Pages:
    """Of one process: each page has a stream, and hears what comes next."""

    def __init__(self, owner: Agent, session: str) -> None:
        self.owner, self.session = owner, session
        self.all = Streams()

    async def open(self, told: int = 0) -> AsyncIterator[bytes]:
        stream = Stream(self.owner.organization, self.owner.id, self.session, told)
        events = self.all.events(stream)
        assert await anext(events) == RETRY + PING
        return events


@pytest.fixture
async def session(owner: Agent) -> str:
    return await sessions.start(owner, address="127.0.0.1", user_agent="tests")


@pytest.fixture
def pages(owner: Agent, session: str) -> Pages:
    return Pages(owner, session)


def rung(number: int) -> bytes:
    return b"event: news\nid: %d\ndata: %d\n\n" % (number, number)


async def wakes(org: Organization) -> int:
    return (await Organization.objects().get(Organization.id == org.id)).wakes


async def test_every_process_rings_for_what_another_one_has_stored(
    owner: Agent, session: str, org: Organization, leave: Leave
) -> None:
    """The database tells them of it, nobody else."""
    one, other = Pages(owner, session), Pages(owner, session)
    heard = [await one.open(), await one.open(), await other.open()]
    await leave()

    assert [await anext(each) for each in heard] == [rung(await wakes(org))] * 3


async def test_who_comes_back_hears_of_what_was_missed_at_once_and_once(
    pages: Pages, org: Organization, leave: Leave
) -> None:
    await leave()
    before = await wakes(org)
    for _ in range(3):
        await leave()
    after = await wakes(org)

    back = await pages.open(told=before)
    assert await anext(back) == rung(after)
    uptodate = await pages.open(told=after)
    await leave()
    assert await anext(back) == await anext(uptodate) == rung(after + 1)


async def test_it_rings_when_a_long_act_gets_on_and_when_it_ends(
    pages: Pages, org: Organization, other_org: Organization
) -> None:
    page = await pages.open()
    unknown = [new_id() for _ in range(AT_ONCE + 1)]
    said = acts.trashed().said
    await long_acts.begin(other_org.id, unknown, "trashed", said=said, by="x")
    await long_acts.begin(org.id, unknown, "trashed", said=said, by="x")
    heard = [await anext(page)]
    for _ in range(2):
        assert await long_acts.step()
        heard.append(await anext(page))
    assert heard == [ACT] * 3, "it has begun, got on and ended, and changed no message"
    assert not await long_acts.step()


async def test_silence_is_broken_by_pings(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PING_SECONDS", 0.01)
    page = await pages.open()

    assert [await anext(page), await anext(page)] == [PING, PING]


async def test_a_stream_ends_with_its_session(pages: Pages, session: str) -> None:
    page = await pages.open()
    await sessions.end(session)

    assert [event async for event in page] == []
    assert len(pages.all) == 0


async def test_a_stream_ends_when_its_agent_is_disabled(pages: Pages) -> None:
    page = await pages.open()
    await database.execute("UPDATE agent SET disabled_at = created_at")

    assert [event async for event in page] == []


async def test_a_database_that_is_away_for_a_while_ends_nothing(
    pages: Pages, org: Organization, leave: Leave
) -> None:
    page = await pages.open()
    await database.execute("ALTER TABLE message RENAME TO elsewhere")
    try:
        missed = asyncio.ensure_future(anext(page))
        looking = pages.all._looking
        await asyncio.wait([missed], timeout=0.1)
        assert not missed.done()
        assert looking is not None
        assert not looking.done()
    finally:
        await database.execute("ALTER TABLE elsewhere RENAME TO message")
    await leave()

    assert await missed == rung(await wakes(org))


async def test_a_stop_ends_all_and_lets_nobody_in(pages: Pages, owner: Agent) -> None:
    page, other = await pages.open(), await pages.open()
    pages.all.stop()

    assert [event async for event in page] == [event async for event in other] == []
    assert not pages.all.has_room(owner.id)


async def test_nobody_looks_when_no_page_is_open(pages: Pages) -> None:
    page = await pages.open()
    looking = pages.all._looking
    await page.aclose()  # type: ignore[attr-defined]

    assert looking is not None
    await looking
    assert len(pages.all) == 0


async def test_an_agent_has_so_many_and_others_have_theirs(pages: Pages, owner: Agent) -> None:
    opened = [await pages.open() for _ in range(streams.PER_AGENT)]

    assert not pages.all.has_room(owner.id)
    assert pages.all.has_room(uuid.uuid4())
    await opened[0].aclose()  # type: ignore[attr-defined]
    assert pages.all.has_room(owner.id)


async def test_without_a_session_there_is_no_stream(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/inbox/stream")

    assert (answer.status_code, answer.headers["location"][:6]) == (303, "/login")


async def test_over_http_it_flows_at_once_and_ends_with_the_server(tmp_path: Path) -> None:
    """Nothing packs it or holds it back, and a stop does not wait for those who listen."""
    process = await serve(tmp_path / "data").start().ready()
    async with (
        organization(process) as product,
        httpx.AsyncClient(
            base_url=product.url, cookies={"sid": product.session}, verify=TLS, timeout=60
        ) as client,
    ):
        address, gzip = "/inbox/stream?after=0", {"Accept-Encoding": "gzip"}
        async with client.stream("GET", address, headers=gzip) as answer:
            parts = answer.aiter_bytes()
            first = await anext(parts)
            product.leave("在吗")
            news = await anext(parts)
            assert (await client.head("/inbox/stream")).status_code == 200
            process.popen.send_signal(15)
            rest = [part async for part in parts]

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in answer.headers
    assert first == RETRY + PING
    assert news.startswith(b"event: news\nid: ")
    assert rest == []
    assert process.stop() == 0
