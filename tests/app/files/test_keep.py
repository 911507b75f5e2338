"""What is taken of what a visitor sends, and what not."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

from app.files import keep, read
from app.files.keep import MEGABYTE, Came, Terms
from app.settings import Settings
from app.tables import Organization, VisitorFile
from tests.app.files.pictures import picture

TERMS = Terms(("pictures", "documents"), MEGABYTE, 3)


def came(name: str, content: bytes, size: int = 0) -> Came:
    return Came(name, size or len(content), io.BytesIO(content))


async def test_each_refusal_names_its_file_and_why(org: Organization) -> None:
    sent = [
        came("big.jpg", picture(), size=2 * MEGABYTE),
        came("a.jpg", picture()),
        came("clip.mp4", b"\0\0\0\x18ftypisom"),
        came("b.jpg", picture()[:300]),
        came("c.pdf", b"%PDF-1.7"),
        came("IMG.heic", b"\0\0\0\x18ftypheic\0\0\0\0"),
        came("e.txt", b"one too many"),
    ]
    taken = await keep.keep(org.id, TERMS, sent, ip="192.0.2.1")
    assert [each.name for each in taken.kept] == ["a.jpg", "c.pdf", "IMG.heic"]
    assert [(each.facts["name"], each.code) for each in taken.refused] == [
        ("big.jpg", "file_too_large"),
        ("clip.mp4", "file_kind"),
        ("b.jpg", "no_picture"),
        ("e.txt", "too_many_files"),
    ]
    assert await read.waiting_for_message(org.id, [each.upload.uid for each in taken.kept])


async def test_a_stranger_cannot_fill_the_disk(
    org: Organization, configure: Callable[..., Settings]
) -> None:
    async def code(ip: str) -> list[str]:
        taken = await keep.keep(org.id, TERMS, [came("a.jpg", picture())], ip=ip)
        return [each.code for each in taken.refused]

    f = VisitorFile
    assert await code("192.0.2.1") == []
    await f.update({f.size: keep.PER_NETWORK}, force=True)
    assert await code("192.0.2.1") == ["files_quota"]
    assert await code("192.0.2.2") == []
    await f.update({f.size: keep.LOOSE_MAX}, force=True)
    assert await code("192.0.2.3") == ["files_full"]
    await f.update({f.joined_at: org.created_at, f.size: 0}, force=True)
    assert await code("192.0.2.3") == []
    await f.update({f.size: 2 * MEGABYTE}, force=True)
    configure(LEAVEMSG_FILES_MB=1)
    assert await code("192.0.2.4") == ["files_full"]


async def test_many_that_come_together_do_not_all_find_the_same_room(org: Organization) -> None:
    async def kept() -> int:
        taken = await keep.keep(org.id, TERMS, [came("a.jpg", picture())], ip="192.0.2.1")
        return len(taken.kept)

    assert await kept() == 1
    room = keep.PER_NETWORK - len(picture())
    await VisitorFile.update({VisitorFile.size: room}, force=True)

    assert sum(await asyncio.gather(*(kept() for _ in range(6)))) in {1, 2}
