"""Folders and buckets that keep backups."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app.backup import places
from app.backup.address import parse
from app.errors import NotFound, Unavailable
from app.files import bucket
from app.settings import Settings
from tests.app.proxy_server import proxying
from tests.fakes.s3 import SECRET, FakeS3
from tests.fakes.tls import authority, server_context

CONTENT = bytes(range(256)) * 4096


@pytest.fixture
async def store(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeS3]:
    monkeypatch.setattr(bucket, "RETRIES", 0)
    monkeypatch.setattr(bucket, "PART_BYTES", 300_000)
    async with FakeS3() as running:
        yield running


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path, store: FakeS3) -> places.Kept:
    [address] = parse(str(tmp_path / "far/away") if request.param == "folder" else store.url)
    return places.of(address)


async def test_what_is_put_there_is_listed_read_again_and_removed(
    place: places.Kept, store: FakeS3, tmp_path: Path
) -> None:
    path = tmp_path / "one"
    path.write_bytes(CONTENT)
    assert await place.names() == []

    await place.put("one", path)

    assert await place.names() == ["one"]
    assert b"".join([block async for block in place.read("one")]) == CONTENT
    assert await places.digest(place, "one") == hashlib.sha256(CONTENT).hexdigest()
    await place.remove("one")
    await place.remove("one")
    with pytest.raises(NotFound):
        await places.digest(place, "one")
    assert SECRET not in place.name
    assert store.refused == []


async def test_a_place_that_is_away_says_so(store: FakeS3, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    store.away = True
    # Nothing can be made beneath a file.
    for text in (store.url, str(path / "beneath")):
        [address] = parse(text)
        with pytest.raises(Unavailable) as refused:
            await places.of(address).put("one", path)
        assert SECRET not in str(refused.value)


async def test_a_bucket_is_reached_as_that_of_files(
    configure: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an authority of one's own, and through the proxy if its address says so."""
    monkeypatch.setattr(bucket, "RETRIES", 0)
    authority().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    async with FakeS3(server_context()) as fake, proxying() as proxy:
        proxy.led = {f"127.0.0.1:{fake.port}": fake.port}
        configure(
            LEAVEMSG_CA_FILE=tmp_path / "ca.pem",
            LEAVEMSG_EGRESS_PROXY=f"http://127.0.0.1:{proxy.port}",
        )
        for url, asked in ((fake.url, []), (f"{fake.url}&proxy=on", [f"127.0.0.1:{fake.port}"])):
            [address] = parse(url)
            assert await places.of(address).names() == []
            assert proxy.asked == [f"CONNECT {each}" for each in asked]


async def test_what_could_not_be_put_into_a_folder_leaves_nothing_there(tmp_path: Path) -> None:
    """Else a disk that is full has less room after each try."""
    path, there = tmp_path / "file", tmp_path / "there"
    path.write_bytes(CONTENT)
    (there / "one").mkdir(parents=True)
    place = places.InFolder(there)
    with pytest.raises(Unavailable):
        await place.put("one", path)
    assert await place.names() == ["one"]
