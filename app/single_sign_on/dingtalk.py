"""钉钉: an internal app of the organization.

Asking: https://open.dingtalk.com/document/orgapp/tutorial-obtaining-user-personal-information
Token: https://open.dingtalk.com/document/orgapp/obtain-user-token
Who: https://open.dingtalk.com/document/orgapp/dingtalk-retrieve-user-information

Anybody with DingTalk can scan the code. With the scope `corpid` they choose an organization that
they belong to, and the token's answer names it: only the one that the admin has entered is let in.
`unionId` is the same in all apps of one developer. `email` is what a person entered: it proves
nothing. There is no PKCE; the code is bound to the browser by `state` alone.
"""

from __future__ import annotations

from app.egress.way import Egress
from app.single_sign_on import faults, wire
from app.single_sign_on.shape import Back, Begun, Person, Provider

API = "https://api.dingtalk.com"
PAGES = "https://login.dingtalk.com"
HOSTS = ("api.dingtalk.com",)
AUTHORIZE = "/oauth2/auth"
TOKEN = "/v1.0/oauth2/userAccessToken"  # noqa: S105 - an address
APP_TOKEN = "/v1.0/oauth2/accessToken"  # noqa: S105 - an address
USER = "/v1.0/contact/users/me"
OTHER = "Choose the organization that this console belongs to, and sign in as a member of it."


async def address(egress: Egress, provider: Provider, begun: Begun) -> str:
    asked = {
        "redirect_uri": begun.redirect_uri,
        "response_type": "code",
        "client_id": provider.config.client_id,
        "scope": "openid corpid",
        "state": begun.state,
        "prompt": "consent",
    }
    return wire.with_query((provider.config.issuer or PAGES) + AUTHORIZE, asked)


async def person(egress: Egress, provider: Provider, begun: Begun, back: Back) -> Person:
    """Raises NotSignedIn."""
    api = _api(egress, provider)
    reply = await api.post(
        TOKEN,
        {
            "clientId": provider.config.client_id,
            "clientSecret": provider.secret,
            "code": back.code,
            "grantType": "authorization_code",
        },
    )
    access = wire.text(reply.body, "accessToken")
    if not reply.is_ok or not access:
        raise _fault(reply)
    if wire.text(reply.body, "corpId") != provider.config.agent:
        raise faults.NotSignedIn("other_organization", OTHER, why="corp_id")
    reply = await api.get(USER, {"x-acs-dingtalk-access-token": access})
    subject = wire.text(reply.body, "unionId")
    if not reply.is_ok or not subject:
        raise _fault(reply)
    return Person(
        subject=subject,
        email=wire.text(reply.body, "email"),
        name=wire.text(reply.body, "nick"),
    )


async def check(egress: Egress, provider: Provider) -> None:
    """That the platform knows app and secret: it is asked for the app's own token. Raises
    NotSignedIn.

    https://open.dingtalk.com/document/orgapp/obtain-the-access_token-of-an-internal-app
    """
    said = {"appKey": provider.config.client_id, "appSecret": provider.secret}
    reply = await _api(egress, provider).post(APP_TOKEN, said)
    if not reply.is_ok or not wire.text(reply.body, "accessToken"):
        raise _fault(reply)


def _api(egress: Egress, provider: Provider) -> wire.Platform:
    return wire.Platform(egress, provider.config.issuer or API, HOSTS)


def _fault(reply: wire.Reply) -> faults.NotSignedIn:
    code = faults.word(reply.body.get("code", f"http_{reply.status}"))
    # As invalidParameter.authCode.notFound: it was used or is too old.
    return faults.again(code) if "authcode" in code.lower() else faults.misset(code)
