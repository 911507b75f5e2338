from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.egress import parse_allowed
from app.egress.client import Client
from tests.fakes import tls
from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    path.write_bytes(tls.authority().cert_pem.bytes())
    return path


@pytest.fixture(scope="session")
def egress(authority: Path) -> Client:
    """Reaches the fakes on loopback and nothing else that is private."""
    return Client(parse_allowed("127.0.0.1/32"), ca_file=authority)


@pytest.fixture
async def fakes(egress: Client) -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as vendors:
        yield vendors
    # A kept connection belongs to its event loop, and every test has its own.
    await egress._transport.aclose()


@pytest.fixture
async def mail() -> AsyncIterator[FakeMail]:
    async with FakeMail() as office:
        yield office
