"""Recognises pasted text: an address, a key, a secret, or all of it in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from app.channels import addresses
from app.channels.kinds import KINDS
from app.channels.robots import Robot, robots, take_secret

UNKNOWN = "We do not know this address. Copy it again, or choose the platform below."
ANY_ADDRESS = "custom"
"""The kind for an address of no known platform."""

_URL = re.compile(r"https?://[^\s\"'`<>“”‘’「」『』《》（），；。]+", re.IGNORECASE)
_PARAMETERS = re.compile(r"[?&][\w.~=&%+/-]*", re.ASCII)


def recognise(pasted: str) -> tuple[str, dict[str, Any]] | None:
    """Which kind a pasted address, key or text belongs to, and the fields that it fills."""
    pasted = pasted.replace("&amp;", "&")
    address = _address(pasted)
    if address is None:
        found = ((kind, sender.recognised(pasted)) for kind, sender in KINDS.items())
        return next(((kind, fields) for kind, fields in found if fields), None)
    robot = _robot_at(address)
    if robot is None:
        for kind, sender in KINDS.items():
            if fields := sender.recognised(pasted):
                return kind, fields
        return ANY_ADDRESS, {"webhook_url": address}
    address = _cut(robot, address)
    url, secret = robot.normal(address), ""
    if "secret" in robot.__struct_fields__:
        url, secret = take_secret(url, "")
    inside = {"secret": secret} if secret else {}
    beside = robot.secret_in(pasted.replace(address, " "))
    return robot.kind, {"webhook_url": url, **beside, **inside}


def complete(kind: str, fields: Mapping[str, Any]) -> bool:
    """Whether what was recognised is all that a channel needs."""
    return KINDS[kind].suffices(fields)


def _address(pasted: str) -> str | None:
    """The address of a platform, else the first one that there is."""
    found = [addresses.bare(url) for url in _URL.findall(pasted)]
    found += [f"https://{addresses.bare(url)}" for url in _without_scheme().findall(pasted)]
    usable = [address for address in found if addresses.split(address)]
    return next((each for each in usable if _robot_at(each)), next(iter(usable), None))


@cache
def _without_scheme() -> re.Pattern[str]:
    hosts = "|".join(re.escape(host) for robot in robots() for host in robot.all_hosts())
    return re.compile(rf"(?<![\w./-])(?:{hosts})/[!-~]+")


def _robot_at(address: str) -> type[Robot] | None:
    """The kind of robot with this address: by its host, else by its path."""
    parts = addresses.split(address)
    if parts is None:
        return None
    at_host = (robot for robot in robots() if parts.hostname in robot.all_hosts())
    return next(at_host, next((robot for robot in robots() if robot.lives_at(parts)), None))


def _cut(robot: type[Robot], address: str) -> str:
    """The address without text glued to its key; what looks like further parameters stays."""
    start = address.find(robot.path)
    found = robot.key.search(address, start) if start >= 0 else None
    if found is None:
        return address
    more = _PARAMETERS.match(address, found.end())
    return address[: more.end() if more else found.end()]
