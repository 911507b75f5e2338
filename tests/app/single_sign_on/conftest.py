"""A provider that signs people in, and the console's side of it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from app import limits, outside
from app.egress.client import Client
from app.settings import Settings
from app.single_sign_on import flow, metadata
from app.single_sign_on.shape import Config, Person, Provider
from tests.fakes.openid import OpenidProvider

LEI = {"sub": "lei-1", "email": "lei@shop.example", "email_verified": True, "name": "韩梅梅"}


class Console:
    """Signs in at a provider as a browser does."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.kept = ""

    async def begin(self) -> str:
        where, self.kept = await flow.begin(egress(), self.provider, next_page="/inbox")
        return where

    async def finish(self, back: str) -> Person:
        said = dict(parse_qsl(urlsplit(back).query))
        return (await flow.finish(egress(), self.provider, self.kept, said))[1]


def egress() -> Client:
    return outside.egress()


def made(kind: str, **config: Any) -> Provider:
    return Provider(
        uid=uuid.uuid4(),
        organization=uuid.uuid4(),
        config=Config(kind=kind, name="公司账号", **config),
        secret="s3cret",
        enabled=True,
    )


@pytest.fixture
async def configured(configure: Callable[..., Settings]) -> AsyncIterator[None]:
    metadata.forget()
    limits.forget_all()
    yield
    await outside.close()


@pytest.fixture
async def openid(configured: None) -> AsyncIterator[OpenidProvider]:
    async with OpenidProvider() as provider:
        provider.people["lei"] = dict(LEI)
        yield provider


@pytest.fixture
def console(openid: OpenidProvider) -> Console:
    provider = made("openid", issuer=openid.url, client_id="console")
    openid.client("console", "s3cret", flow.redirect_uri(provider.uid))
    return Console(provider)
