"""A bucket of an S3-compatible store."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest

from app.errors import NotFound, Unavailable
from app.files import bucket, store
from app.files.bucket import Bucket
from app.files.place import Place, parse
from app.settings import Settings
from tests.app.proxy_server import proxying
from tests.fakes.s3 import BUCKET, FakeS3
from tests.fakes.tls import authority, server_context

ME = uuid.uuid4()


def direct(place: Place) -> Bucket:
    return Bucket(place, ca_file="", proxy=None)


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
        await direct(msgspec.structs.replace(place, secret="another")).put("one", b"x")
    fake.away = True
    for act in (
        direct(place).put("one", b"x"),
        direct(place).get("one"),
        direct(place).remove("one"),
    ):
        with pytest.raises(Unavailable):
            await act
    assert fake.refused == ["SignatureDoesNotMatch"]
    assert BUCKET in fake.url


async def test_an_authority_of_ones_own_is_trusted_and_the_proxy_is_gone_through_if_asked(
    configure: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "RETRIES", 0)
    file = tmp_path / "ca.pem"
    authority().cert_pem.write_to_path(str(file))
    async with FakeS3(server_context()) as fake, proxying() as proxy:
        configure(LEAVEMSG_FILES_URL=fake.url)
        with pytest.raises(Unavailable):
            await store.put(ME, "one", b"x")
        configure(LEAVEMSG_FILES_URL=fake.url, LEAVEMSG_CA_FILE=file)
        await store.put(ME, "one", b"x")
        assert list(fake.objects) == ["desk/one"]

        proxy.login = "Basic dTpwIEA="
        proxy.led = {f"127.0.0.1:{fake.port}": fake.port}
        way = f"http://u:p%20%40@127.0.0.1:{proxy.port}"
        common = {"LEAVEMSG_CA_FILE": file, "LEAVEMSG_EGRESS_PROXY": way}
        configure(LEAVEMSG_FILES_URL=fake.url, **common)
        assert await store.get(ME, "one") == b"x"
        assert proxy.asked == []
        configure(LEAVEMSG_FILES_URL=f"{fake.url}&proxy=on", **common)
        assert await store.get(ME, "one") == b"x"
        assert proxy.asked == [f"CONNECT 127.0.0.1:{fake.port}"]
