"""飞书 (and Lark): a self-built web app of the organization.

Asking: https://open.feishu.cn/document/common-capabilities/sso/api/obtain-oauth-code
Token (v2, RFC 6749 with PKCE): https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/
authentication-management/access-token/get-user-access-token
Who: https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/authen-v1/user_info/get

Who signs in may use the app, so they belong to the organization that has it. `union_id` is the same
in all apps of one developer. `enterprise_email` is given out by the organization's admins; `email`
is what a person entered.
"""

from __future__ import annotations

import base64
import hashlib

from app.egress.way import Egress
from app.single_sign_on import faults, wire
from app.single_sign_on.shape import Back, Begun, Person, Provider

API = "https://open.feishu.cn"
LARK = "https://open.larksuite.com"
PAGES = {API: "https://accounts.feishu.cn", LARK: "https://accounts.larksuite.com"}
"""Where people sign in, by where programs ask. Another address has both."""
HOSTS = ("open.feishu.cn", "open.larksuite.com")
AUTHORIZE = "/open-apis/authen/v1/authorize"
TOKEN = "/open-apis/authen/v2/oauth/token"  # noqa: S105 - an address
APP_TOKEN = "/open-apis/auth/v3/tenant_access_token/internal"  # noqa: S105 - an address
USER = "/open-apis/authen/v1/user_info"
OVER = {20003, 20004, 20024, 20049, 20065}
"""The code was used, is too old or another app's, or the verifier does not fit."""
NOT_VISIBLE = 20010
NOT_THEIRS = (
    "Your account may not use this app at the platform. Ask its admin to add you to those who may."
)


async def address(egress: Egress, provider: Provider, begun: Begun) -> str:
    base = provider.config.issuer or API
    digest = hashlib.sha256(begun.verifier.encode("ascii")).digest()
    asked = {
        "client_id": provider.config.client_id,
        "response_type": "code",
        "redirect_uri": begun.redirect_uri,
        "state": begun.state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return wire.with_query(PAGES.get(base, base) + AUTHORIZE, asked)


async def person(egress: Egress, provider: Provider, begun: Begun, back: Back) -> Person:
    """Raises NotSignedIn."""
    api = _api(egress, provider)
    reply = await api.post(
        TOKEN,
        {
            "grant_type": "authorization_code",
            "client_id": provider.config.client_id,
            "client_secret": provider.secret,
            "code": back.code,
            "redirect_uri": begun.redirect_uri,
            "code_verifier": begun.verifier,
        },
    )
    access = wire.text(reply.body, "access_token")
    if reply.body.get("code") != 0 or not access:
        raise _fault(reply)
    reply = await api.get(USER, {"Authorization": f"Bearer {access}"})
    data = reply.body.get("data")
    if reply.body.get("code") != 0 or not isinstance(data, dict):
        raise _fault(reply)
    subject = wire.text(data, "union_id")
    if not subject:
        raise faults.wrong("no_union_id")
    given = wire.text(data, "enterprise_email")
    return Person(
        subject=subject,
        email=given or wire.text(data, "email"),
        verified=bool(given),
        name=wire.text(data, "name"),
    )


async def check(egress: Egress, provider: Provider) -> None:
    """That the platform knows app and secret: it is asked for the app's own token. Raises
    NotSignedIn.

    https://open.feishu.cn/document/server-docs/authentication-management/access-token/
    tenant_access_token_internal
    """
    said = {"app_id": provider.config.client_id, "app_secret": provider.secret}
    reply = await _api(egress, provider).post(APP_TOKEN, said)
    if reply.body.get("code") != 0:
        raise _fault(reply)


def _api(egress: Egress, provider: Provider) -> wire.Platform:
    return wire.Platform(egress, provider.config.issuer or API, HOSTS)


def _fault(reply: wire.Reply) -> faults.NotSignedIn:
    code = reply.body.get("code")
    if code in OVER:
        return faults.again(str(code))
    if code == NOT_VISIBLE:
        return faults.NotSignedIn("not_theirs", NOT_THEIRS, why=str(code))
    return faults.misset(faults.word(code) if code is not None else f"http_{reply.status}")
