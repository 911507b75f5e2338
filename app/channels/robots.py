"""What the robots of chat groups have in common: an address that is also the password."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain, islice
from typing import Any, ClassVar, Literal
from urllib.parse import SplitResult

import msgspec

from app.channels import addresses, fields
from app.channels.kinds import KINDS
from app.channels.outcomes import Table
from app.channels.sender import Parcel, Sender, url_faults
from app.channels.written import Written, posted
from app.egress.way import Egress
from app.errors import Problem

OTHER_KIND = "This is the address of another kind of channel: {kind}. Choose that one for it."
KEY = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""The characters of every platform's keys."""


class Robot(Sender):
    purpose: ClassVar[str] = "A robot in a group chat"
    shaping: ClassVar[tuple[str, ...]] = (
        "format",
        "keywords",
        "mention_users",
        "mention_mobiles",
        "mention_all",
    )
    hosts: ClassVar[tuple[str, ...]]
    other_hosts: ClassVar[tuple[str, ...]] = ()
    """Other hosts of the platform: no robot is there, but people paste such addresses."""
    path: ClassVar[str]
    key_name: ClassVar[str] = ""
    """The parameter that holds the key; empty when it is in the path."""
    key: ClassVar[re.Pattern[str]] = addresses.UUID
    """The pattern of the platform's keys."""
    secret_in_words: ClassVar[re.Pattern[str] | None] = None
    """Finds a signing secret in a text; the last group is the secret."""
    alone: ClassVar[tuple[Literal["key", "secret"], ...]] = ()
    """Finds what is recognisable when pasted without an address."""
    table: ClassVar[Table]
    """The platform's codes."""

    webhook_url: fields.RobotUrl

    @staticmethod
    @abstractmethod
    def normal(pasted: str) -> str:
        """The robot's address, whichever part of it was pasted."""

    @classmethod
    def all_hosts(cls) -> tuple[str, ...]:
        return cls.hosts + cls.other_hosts

    @classmethod
    def lives_at(cls, parts: SplitResult) -> bool:
        """Whether a robot has this address: by the platform's host, or by its path at any host."""
        return parts.hostname in cls.all_hosts() or cls.path in parts.path

    @classmethod
    def secret_in(cls, pasted: str) -> dict[str, str]:
        found = cls.secret_in_words.search(pasted) if cls.secret_in_words else None
        return {"secret": found[found.re.groups]} if found else {}

    @classmethod
    def recognised(cls, pasted: str) -> dict[str, Any] | None:
        secret = cls.secret_in(pasted)
        if "key" in cls.alone and (found := _standing_alone(cls.key).search(pasted)):
            return {"webhook_url": cls.normal(found.group()), **secret}
        return secret if "secret" in cls.alone and secret else None

    @abstractmethod
    def token(self) -> str:
        """The part of the address that is secret."""

    @abstractmethod
    def message(self, parcel: Parcel) -> dict[str, Any]:
        """The parcel in the platform's JSON, not yet signed."""

    @abstractmethod
    def address_faults(self, parts: SplitResult) -> Iterator[Problem]:
        """Faults of the path, and of the place of the key."""

    def faults(self, egress: Egress) -> Iterator[Problem]:
        """At most one fault of the address, the most telling: the others mostly follow from it."""
        found = url_faults(egress, self.webhook_url, "/webhook_url", self.hosts)
        if parts := addresses.split(self.webhook_url):
            found = chain(self.address_faults(parts), found, self._part_faults(parts))
        yield from islice(found, 1)

    def _part_faults(self, parts: SplitResult) -> Iterator[Problem]:
        """Faults of unknown or doubled parameters: they must not be dropped silently."""
        names = Counter(name for name, _ in addresses.pairs(parts))
        for name, times in names.items():
            facts = {"name": name[:64]}
            if name == "secret" and hasattr(self, "secret"):
                yield Problem("/webhook_url", "two_secrets", TWO_SECRETS)
            elif name != self.key_name:
                yield Problem("/webhook_url", "unknown_part", UNKNOWN_PART, facts)
            elif times > 1:
                yield Problem("/webhook_url", "twice", TWICE, facts)
        if not KEY.fullmatch(self.token()):
            yield Problem("/webhook_url", "not_a_key", NOT_A_KEY)

    def target(self) -> str:
        return f"{self.kind} {self.webhook_url}"

    def place(self) -> str:
        parts = addresses.split(self.webhook_url)
        host = parts.hostname if parts else ""
        # By kind, too: in the demo all platforms are one host.
        return f"{self.kind} {host} {self.token().casefold() or self.webhook_url}"

    def credential(self) -> str:
        return f"{self.kind} {self.token() or self.webhook_url}"

    def secrets(self) -> list[str]:
        return [self.webhook_url, self.token()]

    def empty(self) -> list[str]:
        """The settings without a value: a missing one may be why a send is refused."""
        return [name for name in self.__struct_fields__ if not getattr(self, name)]

    def body(self, parcel: Parcel) -> bytes:
        return msgspec.json.encode(self.message(parcel))

    def written(self, parcel: Parcel) -> Written:
        return posted(self.webhook_url, self.body(parcel))


TWO_SECRETS = "The address carries a secret, and it is not the one entered. Keep one of them."
UNKNOWN_PART = (
    "The address has a part {name}, which robots do not know. Remove it, or copy the address again."
)
TWICE = "The address has {name} twice. Copy it again."
NOT_A_KEY = "What stands in the place of the key cannot be one. Copy the robot's address again."


@cache
def _standing_alone(key: re.Pattern[str]) -> re.Pattern[str]:
    # \b sees no end between a letter and a Chinese character, and they are often glued together.
    return re.compile(rf"(?<![0-9A-Za-z-]){key.pattern}(?![0-9A-Za-z-])", key.flags)


def robots() -> Iterator[type[Robot]]:
    return (kind for kind in KINDS.values() if issubclass(kind, Robot))


def robot_at(address: str, egress: Egress) -> type[Robot] | None:
    """The kind of robot that clearly has this address, at the platform or wherever the kind may
    lead. As another kind it would take a refusal, which comes with a 200, for a success."""
    parts = addresses.split(addresses.bare(address))
    for robot in robots():
        if parts is None or robot.path.rstrip("/") not in parts.path:
            continue
        theirs = (parts.hostname or "").removesuffix(".") in robot.all_hosts()
        if theirs or not list(robot(webhook_url=address).faults(egress)):
            return robot
    return None


def faults(sender: Sender, egress: Egress) -> list[Problem]:
    """Settings that can never work, each with a pointer into the channel."""
    found = list(sender.faults(egress))
    robot = robot_at(getattr(sender, "webhook_url", ""), egress)
    if not robot or robot.kind == sender.kind:
        return found
    found = [problem for problem in found if problem.pointer != "/webhook_url"]
    return [Problem("/webhook_url", "other_kind", OTHER_KIND, {"kind": robot.kind}), *found]


def take_secret(url: str, secret: str) -> tuple[str, str]:
    """The address without its `secret=`, and the secret. If a different one is entered, both stay
    as they are, to be reported as a fault."""
    parts = addresses.split(url)
    given = addresses.query(parts).get("secret", "") if parts else ""
    if parts is None or not given or secret not in ("", given):
        return url, secret
    rest = [pair for pair in addresses.pairs(parts) if pair[0] != "secret"]
    return addresses.rebuilt(parts, hosts=(), path=parts.path, query=rest), given


def wrong(code: str, detail: str, example: str) -> Problem:
    return Problem("/webhook_url", code, detail, {"example": example})
