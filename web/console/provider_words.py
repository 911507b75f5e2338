"""How providers are called, and what each kind wants to know."""

from __future__ import annotations

import msgspec

from web.http import words
from web.http.words import N_

LOGOS = {"wecom": "wecom", "dingtalk": "dingtalk", "feishu": "feishu"}
"""The sign of a kind is that of the channel to the same platform."""
NAMES = {
    "openid": N_("OpenID Connect"),
    "wecom": N_("WeCom"),
    "dingtalk": N_("DingTalk"),
    "feishu": N_("Feishu or Lark"),
}
PURPOSES = {
    "openid": N_("Keycloak, Authentik, Microsoft Entra ID, Google and every other OpenID provider"),
    "wecom": N_("Members scan a code with WeCom"),
    "dingtalk": N_("Members scan a code with DingTalk"),
    "feishu": N_("Members scan a code with Feishu or Lark"),
}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The labels of what a kind wants to know; empty for what it does not."""

    client_id: str
    secret: str
    agent: str = ""
    agent_hint: str = ""
    issuer: str = ""
    issuer_hint: str = ""
    groups_hint: str = ""


OWN_ADDRESS = N_(
    "Only for an installation of your own: the operator opens its address with"
    " LEAVEMSG_EGRESS_ALLOW."
)
ASKED = {
    "openid": Asked(
        issuer=N_("Address of the provider (issuer)"),
        issuer_hint=N_("As its own pages call it, letter by letter, like https://id.example.com"),
        client_id=N_("Client ID"),
        secret=N_("Client secret"),
        groups_hint=N_("One group per line, as the provider writes it."),
    ),
    "wecom": Asked(
        client_id=N_("Enterprise ID (CorpID)"),
        agent=N_("AgentId of the app"),
        secret=N_("Secret of the app"),
        issuer=N_("Address of the platform"),
        issuer_hint=OWN_ADDRESS,
        groups_hint=N_("One number of a department per line."),
    ),
    "dingtalk": Asked(
        client_id=N_("Client ID (AppKey)"),
        secret=N_("Client secret (AppSecret)"),
        agent=N_("CorpId of the organization"),
        agent_hint=N_("Who belongs to another organization is refused."),
        issuer=N_("Address of the platform"),
        issuer_hint=OWN_ADDRESS,
    ),
    "feishu": Asked(
        client_id=N_("App ID"),
        secret=N_("App Secret"),
        issuer=N_("Address of the platform"),
        issuer_hint=N_("Empty for Feishu; https://open.larksuite.com for Lark."),
    ),
}


def said(locale: str, kind: str) -> dict[str, str]:
    """What the kind asks, in the reader's language."""
    found: dict[str, str] = msgspec.to_builtins(ASKED[kind])
    return {name: words.say(locale, text) if text else "" for name, text in found.items()}
