"""A bucket of an S3-compatible store."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable

import msgspec
import pytest

from app.errors import NotFound, Unavailable
from app.files import bucket, store
from app.files.bucket import Bucket
from app.files.place import parse
from app.settings import Settings
from tests.fakes.s3 import BUCKET, FakeS3

ME = uuid.uuid4()


@pytest.fixture
async def fake() -> AsyncIterator[FakeS3]:
    async with FakeS3() as running:
        yield running


async def test_what_is_put_is_had_again_sealed(
    fake: FakeS3, configure: Callable[..., Settings]
) -> None:
    configure(LEAVEMSG_FILES_URL=fake.url)
    await store.put(ME, "one", b"a photo of the shop")
    assert list(fake.objects) == ["desk/one"]
    assert b"photo" not in fake.objects["desk/one"]
    assert await store.get(ME, "one") == b"a photo of the shop"
    await store.current().remove("one")
    await store.current().remove("one")
    with pytest.raises(NotFound):
        await store.get(ME, "one")
    assert fake.refused == []


async def test_a_store_that_is_away_or_refuses_is_unavailable(
    fake: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "RETRIES", 0)
    place = parse(fake.url)
    assert place is not None
    with pytest.raises(Unavailable):
        await Bucket(msgspec.structs.replace(place, secret="another")).put("one", b"x")
    fake.away = True
    for act in (
        Bucket(place).put("one", b"x"),
        Bucket(place).get("one"),
        Bucket(place).remove("one"),
    ):
        with pytest.raises(Unavailable):
            await act
    assert fake.refused == ["SignatureDoesNotMatch"]
    assert BUCKET in fake.url
