"""Who somebody is at a provider."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from msgspec.structs import replace

from app.errors import Invalid
from app.people import agents, audit
from app.single_sign_on import change, identities, providers
from app.single_sign_on.shape import Config, Person, Provider
from app.tables import Agent, Organization
from tests.app.single_sign_on.conftest import egress

CONFIG = Config(kind="openid", name="公司账号", issuer="https://id.shop.example", client_id="lm")
LEI = Person(subject="lei-1", email="lei@shop.example", verified=True)


@pytest.fixture
async def provider(org: Organization) -> Provider:
    uid = await change.save(egress(), org.id, None, CONFIG, "x", by="t")
    return await providers.living(uid)


async def link(provider: Provider, agent: Agent, person: Person = LEI, *, own: bool = True) -> None:
    await identities.link(
        *(provider.organization, provider.uid, provider.config, person, agent), own=own, by="t"
    )


async def test_it_is_linked_found_and_unlinked(provider: Provider, owner: Agent) -> None:
    await link(provider, owner)
    found = await identities.find(provider, "lei-1")
    assert found is not None
    assert (found.account, found.label, found.own) == (owner.account, "lei@shop.example", True)
    assert await identities.of(owner.organization, owner.account) == [found]

    await identities.unlink(owner.organization, owner, found.id, by="t")
    await identities.unlink(owner.organization, owner, found.id, by="t")
    assert await identities.find(provider, "lei-1") is None
    assert [each.action for each in await audit.of(owner.organization, owner.id)] == [
        "identity.linked",
        "identity.unlinked",
    ]


async def test_one_person_is_one_account(provider: Provider, owner: Agent) -> None:
    other = await agents.create(owner.organization, email="b@shop.example", password="correct 9ho")
    done = await asyncio.gather(
        *(link(provider, each) for each in (owner, other)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["Invalid", "NoneType"]

    found = await identities.find(provider, "lei-1")
    assert found is not None
    await identities.unlink(owner.organization, other, uuid.uuid4(), by="t")
    loser = other if found.account == owner.account else owner
    await identities.unlink(owner.organization, loser, found.id, by="t")
    assert await identities.find(provider, "lei-1") == found


async def test_what_an_admin_linked_becomes_one_s_own(provider: Provider, owner: Agent) -> None:
    await link(provider, owner, replace(LEI, email=""), own=False)
    await link(provider, owner)
    await link(provider, owner, own=False)
    [found] = await identities.of(owner.organization, owner.account)
    assert (found.own, found.label) == (True, "lei@shop.example")


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "https://evil.example/token"},
        {"jwks_uri": "https://evil.example/keys"},
        {"kind": "feishu"},
    ],
)
async def test_a_provider_that_is_set_to_another_knows_nobody(
    provider: Provider, owner: Agent, changes: dict[str, str]
) -> None:
    await link(provider, owner)
    other = replace(provider, config=replace(CONFIG, **changes))
    assert await identities.find(other, "lei-1") is None


def test_another_organization_at_the_platform_is_another_realm() -> None:
    for kind, name in (("wecom", "client_id"), ("dingtalk", "agent")):
        one = Config(kind=kind, name="x", client_id="a", agent="a")
        assert identities.realm(one) != identities.realm(replace(one, **{name: "b"}))
        assert identities.realm(one) == identities.realm(replace(one, name="y"))


async def test_nobody_has_too_many_and_none_without_an_id(
    provider: Provider, owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    for subject in ("", " ", "x" * 256, "李雷", "x\x00", "x\ud800"):
        with pytest.raises(Invalid, match="/subject"):
            await link(provider, owner, Person(subject=subject))
    monkeypatch.setattr(identities, "MOST", 1)
    await link(provider, owner)
    with pytest.raises(Invalid, match="too_many"):
        await link(provider, owner, Person(subject="lei-2"))


async def test_it_goes_with_its_provider(provider: Provider, owner: Agent) -> None:
    await link(provider, owner)
    await change.remove(owner.organization, provider.uid, by="t")
    assert await identities.of(owner.organization, owner.account) == []
