"""What somebody has on the clipboard: an address, a key, a secret, or all of it in a sentence."""

from __future__ import annotations

import re
from typing import Any

from app.channels import addresses, dingtalk, feishu, wecom
from app.channels.mails import mailbox
from app.channels.robots import Robot, take_secret
from app.egress.way import Egress

_URL = re.compile(r"https?://[^\s\"'`<>“”‘’「」『』《》（），；。]+", re.IGNORECASE)
_HOSTS = {
    "wecom": wecom.HOSTS,
    "dingtalk": (*dingtalk.HOSTS, "api.dingtalk.com"),
    "feishu": feishu.HOSTS,
}
_PATHS = {"wecom": wecom.PATH, "dingtalk": dingtalk.PATH, "feishu": feishu.PATH}
_KEYS = {"wecom": addresses.UUID, "dingtalk": dingtalk.TOKEN, "feishu": addresses.UUID}
_ROBOTS: dict[str, type[Robot]] = {
    "wecom": wecom.WeCom,
    "dingtalk": dingtalk.DingTalk,
    "feishu": feishu.Feishu,
}
_NORMAL = {"wecom": wecom.normal, "dingtalk": dingtalk.normal, "feishu": feishu.normal}

_WITHOUT_SCHEME = re.compile(
    rf"(?<![\w./-])(?:{'|'.join(re.escape(h) for hosts in _HOSTS.values() for h in hosts)})/[!-~]+"
)
# \b sees no end between a letter and a Chinese character, and they are often glued together.
_SIGN_SECRET = re.compile(r"(?<![0-9A-Za-z])SEC[0-9a-f]{64}(?![0-9A-Za-z])")
_FEISHU_SECRET = re.compile(
    r"(?:签名校验|签名|密钥|secret)\W{0,3}([A-Za-z0-9]{16,64})(?![0-9A-Za-z-])", re.IGNORECASE
)
_KEY_ALONE = re.compile(
    rf"(?<![0-9A-Za-z-]){addresses.UUID.pattern}(?![0-9A-Za-z-])", re.IGNORECASE
)
_TOKEN_ALONE = re.compile(
    rf"(?<![0-9A-Za-z]){dingtalk.TOKEN.pattern}(?![0-9A-Za-z])", re.IGNORECASE
)
_PARAMETERS = re.compile(r"[?&][\w.~=&%+/-]*", re.ASCII)
_BETWEEN = re.compile(r"[\s,;，；、]+")
_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
)


def recognise(pasted: str) -> tuple[str, dict[str, Any]] | None:
    pasted = pasted.replace("&amp;", "&")
    address = _address(pasted)
    if address is None:
        return _key(pasted) or _people(pasted)
    kind = _kind(address)
    if kind == "custom":
        return kind, {"webhook_url": address}
    address = _cut(kind, address)
    url, secret = _NORMAL[kind](address), ""
    if kind != "wecom":
        url, secret = take_secret(url, "")
    inside = {"secret": secret} if secret else {}
    return kind, {"webhook_url": url, **_secret(kind, pasted.replace(address, " ")), **inside}


def robot_kind(address: str, egress: Egress) -> str:
    """The kind of robot whose address this plainly is, at the platform itself or wherever else the
    kind may lead; empty when it is none's. As anything else it would take every refusal, which
    comes with a 200, for a success."""
    parts = addresses.split(addresses.bare(address))
    for kind, robot in _ROBOTS.items():
        if parts is None or _PATHS[kind].rstrip("/") not in parts.path:
            continue
        theirs = (parts.hostname or "").removesuffix(".") in _HOSTS[kind]
        if theirs or not list(robot(webhook_url=address).faults(egress)):
            return kind
    return ""


def _address(pasted: str) -> str | None:
    """The address of a platform, else the first one that there is."""
    found = [addresses.bare(url) for url in _URL.findall(pasted)]
    found += [f"https://{addresses.bare(url)}" for url in _WITHOUT_SCHEME.findall(pasted)]
    usable = [address for address in found if addresses.split(address)]
    return next((each for each in usable if _kind(each) != "custom"), next(iter(usable), None))


def _kind(address: str) -> str:
    parts = addresses.split(address)
    assert parts
    for kind, hosts in _HOSTS.items():
        if parts.hostname in hosts:
            return kind
    for kind, path in _PATHS.items():
        if path in parts.path:
            return kind
    return "custom"


def _cut(kind: str, address: str) -> str:
    """Without what was glued to the key: the text around it is no part of it, what looks like more
    of the address is."""
    start = address.find(_PATHS[kind])
    found = _KEYS[kind].search(address, start) if start >= 0 else None
    if found is None:
        return address
    more = _PARAMETERS.match(address, found.end())
    return address[: more.end() if more else found.end()]


def _secret(kind: str, text: str) -> dict[str, str]:
    if kind == "dingtalk" and (found := _SIGN_SECRET.search(text)):
        return {"secret": found.group()}
    if kind == "feishu" and (found := _FEISHU_SECRET.search(text)):
        return {"secret": found[1]}
    return {}


def _key(pasted: str) -> tuple[str, dict[str, Any]] | None:
    """A key alone. Feishu's looks like WeCom's, which is pasted alone far more often."""
    if found := _TOKEN_ALONE.search(pasted):
        address = dingtalk.normal(found.group())
        return "dingtalk", {"webhook_url": address, **_secret("dingtalk", pasted)}
    if secret := _secret("dingtalk", pasted):
        return "dingtalk", secret
    if found := _KEY_ALONE.search(pasted):
        return "wecom", {"webhook_url": wecom.normal(found.group())}
    return None


def _people(pasted: str) -> tuple[str, dict[str, Any]] | None:
    words = [word for word in _BETWEEN.split(addresses.bare(pasted)) if word]
    found = [mailbox(addresses.bare(word.removeprefix("mailto:"))) for word in words]
    if not found or None in found:
        found = [mailbox(each.strip(".")) for each in _MAIL.findall(pasted)]
    people = list(dict.fromkeys(who for who in found if who))
    return ("email", {"to": people}) if people else None
