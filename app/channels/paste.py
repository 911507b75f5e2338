"""What somebody has on the clipboard: an address, a key, a secret, or all of it in a sentence."""

from __future__ import annotations

import re
from typing import Any

from app.channels import addresses, dingtalk, feishu, wecom
from app.channels.mails import mailbox

_URL = re.compile(r"https?://[^\s\"'`<>“”‘’「」『』《》（），；。]+", re.IGNORECASE)
_SIGN_SECRET = re.compile(r"\bSEC[0-9a-f]{64}\b")
_BETWEEN = re.compile(r"[\s,;，；、]+")
_HOSTS = {
    "wecom": wecom.HOSTS,
    "dingtalk": (*dingtalk.HOSTS, "api.dingtalk.com"),
    "feishu": feishu.HOSTS,
}
_PATHS = {"wecom": wecom.PATH, "dingtalk": dingtalk.PATH, "feishu": feishu.PATH}
_NORMAL = {"wecom": wecom.normal, "dingtalk": dingtalk.normal, "feishu": feishu.normal}


def recognise(pasted: str) -> tuple[str, dict[str, Any]] | None:
    found = _URL.search(pasted)
    address = addresses.bare(found.group() if found else pasted)
    if not found and any(address.startswith(host) for hosts in _HOSTS.values() for host in hosts):
        address = f"https://{address}"
    secret = _SIGN_SECRET.search(pasted)
    kind = _kind(address)
    if kind is None and secret:
        return "dingtalk", {"secret": secret.group()}
    if kind is None:
        return _people(pasted)
    fields: dict[str, Any] = {"webhook_url": _NORMAL.get(kind, str)(address)}
    if kind == "dingtalk" and secret:
        fields["secret"] = secret.group()
    return kind, fields


def _kind(address: str) -> str | None:
    parts = addresses.split(address)
    if parts is None:
        return _kind_of_key(address)
    for kind, hosts in _HOSTS.items():
        if parts.hostname in hosts:
            return kind
    for kind, path in _PATHS.items():
        if path in parts.path:
            return kind
    return "custom"


def _kind_of_key(address: str) -> str | None:
    """A key alone. Feishu's looks like WeCom's, which is pasted alone far more often."""
    if addresses.UUID.fullmatch(address.removeprefix("key=")):
        return "wecom"
    if dingtalk.TOKEN.fullmatch(address.removeprefix("access_token=")):
        return "dingtalk"
    return None


def _people(pasted: str) -> tuple[str, dict[str, Any]] | None:
    words = [word for word in _BETWEEN.split(addresses.bare(pasted)) if word]
    found = [mailbox(addresses.bare(word.removeprefix("mailto:"))) for word in words]
    if not found or None in found:
        return None
    return "email", {"to": found}
