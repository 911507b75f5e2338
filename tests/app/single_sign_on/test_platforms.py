"""Scanning a code with the phone: 企业微信, 钉钉, 飞书."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from msgspec.structs import replace

from app.single_sign_on import dingtalk, feishu, wecom
from app.single_sign_on.faults import NotSignedIn
from app.single_sign_on.kinds import KINDS
from app.single_sign_on.shape import Begun, Person, Provider
from tests.app.single_sign_on.conftest import Console, egress, made
from tests.fakes.platforms import AGENT, APP, CORP, DING_CORP, SECRET, Platforms, Worker

Make = Callable[[str], Console]


@pytest.fixture
async def platforms(configured: None) -> AsyncIterator[Platforms]:
    async with Platforms() as found:
        found.people["lei"] = Worker(
            "u-lei", "李雷", "own@mail.example", "lei@shop.example", (1, 7)
        )
        found.people["guest"] = Worker("u-guest", "客人", member=False)
        yield found


@pytest.fixture
def console(platforms: Platforms) -> Make:
    names = {
        "wecom": {"client_id": CORP, "agent": AGENT},
        "dingtalk": {"client_id": APP, "agent": DING_CORP},
        "feishu": {"client_id": APP},
    }

    def make(kind: str) -> Console:
        provider = made(kind, issuer=platforms.url, **names[kind])
        return Console(replace(provider, secret=SECRET))

    return make


async def scanned(platforms: Platforms, console: Console, who: str = "lei") -> Person:
    return await console.finish(await platforms.scan(await console.begin(), who))


async def refused(platforms: Platforms, console: Console, who: str = "lei") -> tuple[str, str]:
    with pytest.raises(NotSignedIn) as caught:
        await scanned(platforms, console, who)
    return caught.value.code, caught.value.why


async def test_each_says_who_it_is(platforms: Platforms, console: Make) -> None:
    found = {kind: await scanned(platforms, console(kind)) for kind in KINDS if kind != "openid"}

    assert {each.subject for each in found.values()} == {"u-lei"}
    assert {each.name for each in found.values()} == {"李雷"}
    assert found["wecom"].groups == ("1", "7")


async def test_only_addresses_that_admins_give_out_are_verified(
    platforms: Platforms, console: Make
) -> None:
    for kind, email, verified in (
        ("wecom", "lei@shop.example", True),
        ("dingtalk", "own@mail.example", False),
        ("feishu", "lei@shop.example", True),
    ):
        person = await scanned(platforms, console(kind))
        assert (person.email, person.verified) == (email, verified), kind

    platforms.people["lei"].given_email = ""
    for kind in ("wecom", "feishu"):
        person = await scanned(platforms, console(kind))
        assert (person.email, person.verified) == ("own@mail.example", False), kind


async def test_strangers_are_refused(platforms: Platforms, console: Make) -> None:
    assert await refused(platforms, console("wecom"), "guest") == ("stranger", "openid")
    assert await refused(platforms, console("feishu"), "guest") == ("not_theirs", "20010")
    assert await refused(platforms, console("dingtalk"), "guest") == (
        *("other_organization", "corp_id"),
    )


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
async def test_who_cancels_is_told_so(platforms: Platforms, console: Make, kind: str) -> None:
    assert await refused(platforms, console(kind), "nobody") == ("sign_in_denied", "none")


@pytest.mark.parametrize(
    ("kind", "why"),
    [("wecom", "40029"), ("dingtalk", "invalidParameter.authCode.notFound"), ("feishu", "20003")],
)
async def test_a_used_code_means_to_start_again(
    platforms: Platforms, console: Make, kind: str, why: str
) -> None:
    desk = console(kind)
    back = await platforms.scan(await desk.begin(), "lei")
    await desk.finish(back)
    said = dict(parse_qsl(urlsplit(back).query))
    state = dict(parse_qsl(urlsplit(await desk.begin()).query))["state"]
    with pytest.raises(NotSignedIn) as caught:
        await desk.finish(f"?{urlencode({**said, 'state': state})}")
    assert (caught.value.code, caught.value.why) == ("sign_in_over", why)


async def test_feishu_asks_for_the_verifier(platforms: Platforms, console: Make) -> None:
    desk = console("feishu")
    stolen = dict(parse_qsl(urlsplit(await platforms.scan(await desk.begin(), "lei")).query))
    state = dict(parse_qsl(urlsplit(await desk.begin()).query))["state"]
    with pytest.raises(NotSignedIn, match="20049"):
        await desk.finish(f"?{urlencode({'code': stolen['code'], 'state': state})}")


@pytest.mark.parametrize(
    ("kind", "why"),
    [("wecom", "40001"), ("dingtalk", "invalidClientSecret"), ("feishu", "20002")],
)
async def test_a_wrong_secret_is_the_admin_s_to_mend(
    platforms: Platforms, console: Make, kind: str, why: str
) -> None:
    desk = console(kind)
    desk.provider = replace(desk.provider, secret="old")
    assert await refused(platforms, desk) == ("provider_misset", why)
    with pytest.raises(NotSignedIn, match="provider_misset"):
        await KINDS[kind].check(egress(), desk.provider)


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
async def test_the_check_asks_the_platform(platforms: Platforms, console: Make, kind: str) -> None:
    await KINDS[kind].check(egress(), console(kind).provider)
    assert len(platforms.asked) == 1


async def test_wecom_answers_only_to_trusted_addresses(platforms: Platforms, console: Make) -> None:
    platforms.trusted_ip = False
    assert await refused(platforms, console("wecom")) == ("provider_misset", "60020")


async def test_wecom_need_not_let_the_app_read_members(platforms: Platforms, console: Make) -> None:
    platforms.readable = False
    assert await scanned(platforms, console("wecom")) == Person(subject="u-lei")


@pytest.mark.parametrize(
    ("module", "where"),
    [
        (wecom, "https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=CorpApp&appid=A"),
        (dingtalk, "https://login.dingtalk.com/oauth2/auth?redirect_uri="),
        (feishu, "https://accounts.feishu.cn/open-apis/authen/v1/authorize?client_id=A"),
    ],
)
async def test_without_an_address_it_is_the_platform_s_own(
    configured: None, module: object, where: str
) -> None:
    provider = made("feishu", client_id="A", agent="B")
    begun = Begun(redirect_uri="https://lm.example/back", state="s", nonce="n", verifier="v")
    assert (await module.address(egress(), provider, begun)).startswith(where)  # type: ignore[attr-defined]


async def test_lark_has_pages_of_its_own(configured: None) -> None:
    provider: Provider = made("feishu", issuer=feishu.LARK, client_id="A")
    begun = Begun(redirect_uri="https://lm.example/back", state="s", nonce="n", verifier="v")
    where = await feishu.address(egress(), provider, begun)
    assert where.startswith("https://accounts.larksuite.com/open-apis/authen/v1/authorize?")


async def test_a_secret_goes_to_the_platform_only(configured: None) -> None:
    """An address that somebody has written into the database is no platform's."""
    for kind in ("wecom", "dingtalk", "feishu"):
        provider = made(kind, issuer="https://evil.example", client_id="A", agent="B")
        with pytest.raises(NotSignedIn, match="host_vendor"):
            await KINDS[kind].check(egress(), provider)
