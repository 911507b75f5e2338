"""What the robots of chat groups have in common: an address that is also the password."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import SplitResult

import msgspec

from app.channels import addresses, fields
from app.channels.sender import Parcel, Sender, url_faults
from app.egress import Egress
from app.errors import Problem


class Robot(Sender):
    hosts: ClassVar[tuple[str, ...]]

    webhook_url: fields.Url

    @abstractmethod
    def token(self) -> str:
        """The part of the address that is secret."""

    @abstractmethod
    def message(self, parcel: Parcel) -> dict[str, Any]:
        """The parcel in the platform's JSON, not yet signed."""

    @abstractmethod
    def address_faults(self, parts: SplitResult) -> Iterator[Problem]:
        """What is wrong with the path and the query."""

    def faults(self, egress: Egress) -> Iterator[Problem]:
        yield from url_faults(egress, self.webhook_url, "/webhook_url", self.hosts)
        if parts := addresses.split(self.webhook_url):
            yield from self.address_faults(parts)

    def target(self) -> str:
        return f"{self.kind} {self.webhook_url}"

    def credential(self) -> str:
        return f"{self.kind} {self.token() or self.webhook_url}"

    def secrets(self) -> list[str]:
        return [self.webhook_url, self.token()]

    def empty(self) -> list[str]:
        """The settings without a value: a refusal may be for want of one."""
        return [name for name in self.__struct_fields__ if not getattr(self, name)]

    def body(self, parcel: Parcel) -> bytes:
        return msgspec.json.encode(self.message(parcel))


def wrong(code: str, detail: str, example: str) -> Problem:
    return Problem("/webhook_url", code, detail, {"example": example})
