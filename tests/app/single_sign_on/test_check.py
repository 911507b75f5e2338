"""What an admin types about a provider."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from app.errors import Invalid
from app.single_sign_on.check import checked
from app.single_sign_on.shape import Config, GroupRole
from tests.app.single_sign_on.conftest import egress

GOOD = {
    "openid": Config(
        kind="openid", name="公司账号", issuer="https://id.shop.example/realms/a", client_id="lm"
    ),
    "wecom": Config(kind="wecom", name="企业微信", client_id="ww1", agent="1000002"),
    "dingtalk": Config(kind="dingtalk", name="钉钉", client_id="ding1", agent="dingcorp"),
    "feishu": Config(kind="feishu", name="飞书", client_id="cli_1"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_right_is_taken(configured: None, kind: str) -> None:
    assert checked(egress(), GOOD[kind], "secret") == GOOD[kind]


def test_it_is_cleaned(configured: None) -> None:
    typed = replace(
        GOOD["openid"],
        name=" 公司\n账号 ",
        client_id=" lm ",
        scopes=" openid   email ",
        domains=(" @Shop.example ", "shop.example", ""),
        roles=(GroupRole(" ops ", "admin"), GroupRole(" ", "agent")),
    )
    found = checked(egress(), typed, "")
    assert (found.name, found.client_id, found.scopes) == ("公司 账号", "lm", "openid email")
    assert found.domains == ("shop.example",)
    assert found.roles == (GroupRole("ops", "admin"),)


@pytest.mark.parametrize(
    ("kind", "changes", "pointer"),
    [
        ("openid", {"kind": "saml"}, "/kind"),
        ("openid", {"name": " "}, "/name"),
        ("openid", {"name": "x" * 41}, "/name"),
        ("openid", {"client_id": ""}, "/client_id"),
        ("openid", {"issuer": ""}, "/issuer"),
        ("openid", {"issuer": "ftp://id.shop.example"}, "/issuer"),
        ("openid", {"issuer": "https://169.254.169.254"}, "/issuer"),
        ("openid", {"issuer": "https://id.shop.example/?a=b"}, "/issuer"),
        ("openid", {"issuer": "https://user:pass@id.shop.example"}, "/issuer"),
        ("openid", {"token_endpoint": "https://id.shop.example/t"}, "/authorization_endpoint"),
        ("openid", {"userinfo_endpoint": "https://10.0.0.1/"}, "/userinfo_endpoint"),
        ("openid", {"scopes": "email"}, "/scopes"),
        ("openid", {"scopes": 'openid "x"'}, "/scopes"),
        ("openid", {"scopes": "openid " + "x" * 255}, "/scopes"),
        ("openid", {"role": "owner"}, "/role"),
        ("openid", {"roles": (GroupRole("ops", "owner"),)}, "/role"),
        ("openid", {"roles": (GroupRole("x" * 256, "admin"),)}, "/roles"),
        ("openid", {"admits": "listed"}, "/domains"),
        ("openid", {"trusted": True}, "/domains"),
        ("openid", {"domains": ("not a domain",)}, "/domains"),
        ("openid", {"domains": tuple(f"a{n}.example" for n in range(51))}, "/domains"),
        ("wecom", {"agent": ""}, "/agent"),
        ("wecom", {"issuer": "https://evil.example"}, "/issuer"),
        ("dingtalk", {"agent": ""}, "/agent"),
        ("feishu", {"issuer": "https://open.feishu.cn.evil.example"}, "/issuer"),
    ],
)
def test_what_is_wrong_is_named(
    configured: None, kind: str, changes: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Invalid) as caught:
        checked(egress(), replace(GOOD[kind], **changes), "secret")
    assert pointer in [each.pointer for each in caught.value.problems]


def test_only_an_openid_client_may_be_without_a_secret(configured: None) -> None:
    checked(egress(), GOOD["openid"], "")
    with pytest.raises(Invalid, match="/secret"):
        checked(egress(), GOOD["feishu"], "")
