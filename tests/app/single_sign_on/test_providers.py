"""The providers of an organization, and their secrets."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from app.errors import Invalid, NotFound
from app.people import audit
from app.settings import Settings
from app.single_sign_on import change, providers
from app.single_sign_on.faults import NotSignedIn
from app.single_sign_on.shape import Config
from app.tables import Organization, SignInProvider
from tests.app.single_sign_on.conftest import egress
from tests.fakes.openid import OpenidProvider

CONFIG = Config(kind="openid", name="公司账号", issuer="https://id.shop.example", client_id="lm")
SECRET = "s3cret-of-the-client"


async def added(org: Organization, config: Config = CONFIG, secret: str = SECRET) -> uuid.UUID:
    return await change.save(egress(), org.id, None, config, secret, by="李雷")


async def test_one_is_added_changed_switched_and_removed(org: Organization) -> None:
    uid = await added(org)
    await change.save(egress(), org.id, uid, replace(CONFIG, name="总部"), "", by="李雷")
    [found] = await providers.of(org.id)
    assert (found.config.name, found.enabled) == ("总部", True)
    assert (await providers.living(uid)).secret == SECRET

    await change.switch(org.id, uid, on=False, by="李雷")
    assert await providers.offered(org.id) == []
    with pytest.raises(NotFound):
        await providers.living(uid)

    await change.switch(org.id, uid, on=True, by="李雷")
    await change.remove(org.id, uid, by="李雷")
    assert await providers.of(org.id) == []
    assert [(each.action, each.detail) for each in await audit.of(org.id, uid)] == [
        ("provider.added", "openid"),
        ("provider.changed", "name"),
        ("provider.off", ""),
        ("provider.on", ""),
        ("provider.removed", "总部"),
    ]


async def test_the_secret_is_encrypted_and_comes_back_to_nobody(org: Organization) -> None:
    uid = await added(org)
    [row] = await SignInProvider.objects()
    assert SECRET not in row.secret + row.config
    assert SECRET not in repr(await providers.living(uid))
    [listed] = await providers.of(org.id)
    assert SECRET not in repr(listed)
    assert listed.secret_at is not None


async def test_a_secret_is_entered_again_for_another_address(org: Organization) -> None:
    """Or a changed address could have the old one sent there."""
    uid = await added(org)
    other = replace(CONFIG, issuer="https://evil.example")
    with pytest.raises(Invalid, match="/secret: enter_again"):
        await change.save(egress(), org.id, uid, other, "", by="李雷")
    with pytest.raises(Invalid, match="/secret: enter_again"):
        await change.typed(egress(), org.id, uid, other, "")
    await change.save(egress(), org.id, uid, other, "another", by="李雷")
    assert (await providers.living(uid)).secret == "another"


async def test_a_secret_of_another_key_is_named_so(
    org: Organization, configure: Callable[..., Settings]
) -> None:
    uid = await added(org)
    configure(LEAVEMSG_SECRET_KEY="another-" + "k" * 32)
    with pytest.raises(NotSignedIn, match="secret_unreadable"):
        await providers.living(uid)
    assert len(await providers.of(org.id)) == 1


async def test_another_organization_finds_nothing(
    org: Organization, other_org: Organization
) -> None:
    uid = await added(org)
    for asked in (
        providers.one(other_org.id, uid),
        providers.whole(other_org.id, uid),
        change.save(egress(), other_org.id, uid, CONFIG, "x", by="x"),
        change.switch(other_org.id, uid, on=False, by="x"),
        change.remove(other_org.id, uid, by="x"),
    ):
        with pytest.raises(NotFound):
            await asked
    assert await providers.of(other_org.id) == []
    assert len(await providers.offered(org.id)) == 1


async def test_its_address_is_known_before_it_is_saved(org: Organization) -> None:
    first = await change.next_id(org.id, "openid")
    assert await added(org) == first
    second = await change.next_id(org.id, "openid")
    assert len({first, second, await change.next_id(org.id, "feishu")}) == 3
    assert await added(org) == second


async def test_there_are_not_too_many(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "MOST", 1)
    await added(org)
    with pytest.raises(Invalid, match="too_many"):
        await added(org)


async def test_what_is_typed_is_tried_and_not_saved(
    org: Organization, openid: OpenidProvider
) -> None:
    config = replace(CONFIG, issuer=openid.url)
    await change.tried(egress(), await change.typed(egress(), org.id, None, config, "x"))
    openid.said = {"issuer": "https://another.example"}
    with pytest.raises(NotSignedIn, match="other_issuer"):
        await change.tried(egress(), await change.typed(egress(), org.id, None, config, "x"))
    assert await providers.of(org.id) == []
