from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors
from tests.processes import TLS


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as vendors:
        yield vendors


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5, verify=TLS) as one:
        yield one


@pytest.fixture
async def mail() -> AsyncIterator[FakeMail]:
    async with FakeMail() as office:
        yield office
