"""What the virus scanner says, and that nothing is clean without it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable

import pytest

from app.errors import NotFound
from app.files import keep, read, scan, store, tend
from app.files.keep import Came, Terms
from app.settings import Settings
from app.tables import Organization, VisitorFile
from tests.app.files.pictures import picture
from tests.fakes.clamd import EICAR, FakeClamd

TERMS = Terms(("pictures", "documents"), keep.MEGABYTE, 5)


@pytest.fixture
async def fake() -> AsyncIterator[FakeClamd]:
    async with FakeClamd(most=100_000) as running:
        yield running


async def test_it_is_asked_before_anything_else_reads_the_file(
    fake: FakeClamd, configure: Callable[..., Settings]
) -> None:
    configure(LEAVEMSG_CLAMD=fake.address)
    assert await scan.answers(fake.address)
    assert await scan.look(b"x" * 70_000) == "clean"
    assert fake.seen == [b"x" * 70_000]
    assert await scan.look(b"a" + EICAR) == "infected"
    assert await scan.look(b"x" * 200_000) == "away"  # It has not looked at all of it.


def came(content: bytes) -> Came:
    return Came("a.txt", len(content), io.BytesIO(content))


async def test_what_it_has_not_seen_waits_and_what_is_infected_is_kept_away(
    org: Organization, fake: FakeClamd, configure: Callable[..., Settings]
) -> None:
    configure(LEAVEMSG_CLAMD=fake.address)
    infected = await keep.keep(org.id, TERMS, [came(EICAR)], ip="")
    [row] = await read.waiting_for_message(org.id, [infected.kept[0].upload.uid])
    assert (row.state, row.size) == ("infected", 0)
    configure(LEAVEMSG_CLAMD="127.0.0.1:1")
    sent = [came(EICAR), Came("a.jpg", len(picture()), io.BytesIO(picture()))]
    unseen = await keep.keep(org.id, TERMS, sent, ip="")
    uids = [each.upload.uid for each in unseen.kept]
    assert [each.state for each in await read.waiting_for_message(org.id, uids)] == ["waiting"] * 2
    assert await tend.look_again() == 0
    configure(LEAVEMSG_CLAMD=fake.address)
    assert await tend.look_again() == 2
    rows = await read.waiting_for_message(org.id, uids)
    assert [each.state for each in rows] == ["infected", "kept"]
    with pytest.raises(NotFound):
        await store.get(org.id, str(uids[0]))
    assert await VisitorFile.exists().where(VisitorFile.state == "waiting") is False
