"""Providers in the settings: added, tried, changed, switched and removed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from app import outside
from app.single_sign_on import change, flow, metadata, providers
from app.single_sign_on.shape import Config, GroupRole
from app.tables import Organization
from tests.fakes.openid import OpenidProvider
from tests.fakes.platforms import APP, SECRET, Platforms
from tests.web.reading import Page

HERE = "/settings/sign-in/providers"


@pytest.fixture
async def openid() -> AsyncIterator[OpenidProvider]:
    metadata.forget()
    async with OpenidProvider() as provider:
        yield provider


async def followed(client: httpx.AsyncClient, answer: httpx.Response) -> Page:
    assert answer.status_code == 303, Page(answer).words
    return Page(await client.get(answer.headers["location"]))


async def test_one_is_added_tried_changed_switched_and_removed(
    client: httpx.AsyncClient, org: Organization, openid: OpenidProvider
) -> None:
    assert HERE in Page(await client.get("/settings/sign-in")).links()
    page = Page(await client.get(HERE))
    assert f"{HERE}/new/openid" in page.links()
    page = Page(await client.get(f"{HERE}/new/openid"))
    address = page.html
    own = {"name": "公司账号", "issuer": openid.url, "client_id": "lm", "secret": "s3cret"}
    typed = {**page.values, **own, "domains": "@Shop.example\n", "roles_admin": "ops\nboss"}

    tried = Page(await client.post(f"{HERE}/new/openid/test", data=typed))
    assert "平台有响应" in tried.words
    assert "s3cret" not in tried.html
    typed |= {"secret": "", "entered": tried.values["entered"]}
    assert tried.values["issuer"] == openid.url
    assert await providers.of(org.id) == []

    page = await followed(client, await client.post(f"{HERE}/new/openid", data=typed))
    assert "公司账号" in page.words
    [found] = await providers.of(org.id)
    assert flow.redirect_uri(found.uid) in address
    assert found.config.domains == ("shop.example",)
    assert found.config.roles == (GroupRole("ops", "admin"), GroupRole("boss", "admin"))

    page = Page(await client.get(f"{HERE}/{found.uid}"))
    assert "s3cret" not in page.html
    changed = {**page.values, "name": "总部账号", "follows": "yes", "secret": ""}
    await followed(client, await client.post(f"{HERE}/{found.uid}", data=changed))
    after = await providers.living(found.uid)
    assert (after.config.name, after.config.follows, after.secret) == ("总部账号", True, "s3cret")
    assert after.config.roles == found.config.roles

    page = await followed(client, await client.post(f"{HERE}/{found.uid}/switch"))
    assert "已关闭" in page.words
    await client.post(f"{HERE}/{found.uid}/switch", data={"on": "yes"})
    assert len(await providers.offered(org.id)) == 1
    await followed(client, await client.post(f"{HERE}/{found.uid}/remove"))
    assert await providers.of(org.id) == []
    assert (await client.post(f"{HERE}/{found.uid}/remove")).status_code == 303


async def test_faults_are_named_at_their_fields_and_nothing_is_lost(
    client: httpx.AsyncClient, org: Organization
) -> None:
    typed = {"name": "", "issuer": "http://10.0.0.1", "domains": "x", "trusted": "yes"}
    answer = await client.post(f"{HERE}/new/openid", data=typed)
    page = Page(answer)
    assert answer.status_code == 422
    for words in ("此项必填", "x 不是邮箱域名"):
        assert words in page.words
    assert page.values["issuer"] == "http://10.0.0.1"
    assert "checked" in page.attributes("input", name="trusted")[0]
    assert await providers.of(org.id) == []


@pytest.mark.parametrize(
    ("said", "say"),
    [
        ({"issuer": "https://evil.example"}, "平台自称的地址与填写的不同"),
        ({"token_endpoint": ""}, "平台没有说明在哪里登录"),
        ({"jwks_uri": "http://127.0.0.1:9/keys"}, "这个地址没有响应"),
    ],
)
async def test_the_test_says_what_is_wrong(
    client: httpx.AsyncClient, openid: OpenidProvider, said: dict[str, str], say: str
) -> None:
    openid.said = said
    typed = {"name": "x", "issuer": openid.url, "client_id": "lm"}
    answer = await client.post(f"{HERE}/new/openid/test", data=typed)
    assert say in Page(answer).words


async def test_a_platform_says_whether_the_secret_is_right(
    client: httpx.AsyncClient, org: Organization
) -> None:
    async with Platforms() as platforms:
        own = {"name": "飞书", "client_id": APP, "issuer": platforms.url}
        wrong = await client.post(f"{HERE}/new/feishu/test", data={**own, "secret": "old"})
        right = await client.post(f"{HERE}/new/feishu/test", data={**own, "secret": SECRET})
    assert "密钥不对" in Page(wrong).words
    assert "平台有响应，并接受所填内容" in Page(right).words


@pytest.mark.parametrize("kind", ["openid", "wecom", "dingtalk", "feishu"])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_each_kind_has_its_page_in_both_languages(
    client: httpx.AsyncClient, org: Organization, kind: str, lang: str
) -> None:
    page = Page(await client.get(f"{HERE}/new/{kind}?lang={lang}"))
    assert page.language == lang
    assert f"/login/with/{await change.next_id(org.id, kind)}/back" in page.html


async def test_unknown_kinds_and_ones_of_others_are_not_found(
    client: httpx.AsyncClient, other_org: Organization
) -> None:
    config = Config(kind="feishu", name="x", client_id="x")
    theirs = await change.save(outside.egress(), other_org.id, None, config, "x", by="x")
    for path in (f"{HERE}/new/saml", f"{HERE}/{theirs}", f"{HERE}/x"):
        assert (await client.get(path)).status_code == 404
    assert (await client.post(f"{HERE}/new/saml")).status_code == 404
    assert (await client.post(f"{HERE}/{theirs}/test")).status_code == 404
