"""企业微信: a self-built app of the organization, with 企业微信授权登录.

Asking: https://developer.work.weixin.qq.com/document/path/98152
The app's token: https://developer.work.weixin.qq.com/document/path/91039
Who: https://developer.work.weixin.qq.com/document/path/98176
More about them: https://developer.work.weixin.qq.com/document/path/90196

`userid` belongs to a member of the organization; a stranger has an `openid` instead and is refused.
Names and addresses of email come only where the admin lets the app read them, departments nearly
always: they are the groups here. An app is answered only to addresses on its list of trusted IPs.
There is no PKCE; the code is bound to the browser by `state` alone.
"""

from __future__ import annotations

from typing import Any

from app.egress.way import Egress
from app.single_sign_on import faults, wire
from app.single_sign_on.shape import Back, Begun, Person, Provider

API = "https://qyapi.weixin.qq.com"
PAGES = "https://login.work.weixin.qq.com"
HOSTS = ("qyapi.weixin.qq.com",)
AUTHORIZE = "/wwlogin/sso/login"
TOKEN = "/cgi-bin/gettoken"  # noqa: S105 - an address
WHO = "/cgi-bin/auth/getuserinfo"
USER = "/cgi-bin/user/get"
OVER = {40029, 42003}
"""The code was used or is too old."""
STRANGER = "Only members of the organization can sign in this way."


async def address(egress: Egress, provider: Provider, begun: Begun) -> str:
    asked = {
        "login_type": "CorpApp",
        "appid": provider.config.client_id,
        "agentid": provider.config.agent,
        "redirect_uri": begun.redirect_uri,
        "state": begun.state,
    }
    return wire.with_query((provider.config.issuer or PAGES) + AUTHORIZE, asked)


async def person(egress: Egress, provider: Provider, begun: Begun, back: Back) -> Person:
    """Raises NotSignedIn."""
    access = await _token(egress, provider)
    who = await _ask(egress, provider, WHO, {"access_token": access, "code": back.code})
    subject = wire.text(who, "userid") or wire.text(who, "UserId")
    if not subject:
        raise faults.NotSignedIn("stranger", STRANGER, why="openid")
    try:
        more = await _ask(egress, provider, USER, {"access_token": access, "userid": subject})
    except faults.NotSignedIn:
        more = {}  # The app may not read them: the id is enough.
    departments = more.get("department")
    return Person(
        subject=subject,
        email=wire.text(more, "biz_mail") or wire.text(more, "email"),
        # Given out by the organization's admins, the other one is what a person entered.
        verified=bool(wire.text(more, "biz_mail")),
        name=wire.text(more, "name"),
        groups=tuple(map(str, departments)) if isinstance(departments, list) else (),
    )


async def check(egress: Egress, provider: Provider) -> None:
    """That the platform knows app and secret. Raises NotSignedIn."""
    await _token(egress, provider)


async def _token(egress: Egress, provider: Provider) -> str:
    asked = {"corpid": provider.config.client_id, "corpsecret": provider.secret}
    found = wire.text(await _ask(egress, provider, TOKEN, asked), "access_token")
    if not found:
        raise faults.misset("no_token")
    return found


async def _ask(
    egress: Egress, provider: Provider, path: str, query: dict[str, str]
) -> dict[str, Any]:
    base = provider.config.issuer or API
    reply = await wire.ask(egress, "GET", base + path, query=query, hosts=HOSTS)
    code = reply.body.get("errcode", 0 if reply.is_ok and reply.body else f"http_{reply.status}")
    if code == 0:
        return reply.body
    raise faults.again(str(code)) if code in OVER else faults.misset(faults.word(code))
