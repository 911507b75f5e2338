"""How the settings are read and written: by the configuration, which knows all of them and stands
above this. The start of a process says so (`app.configuration.plan.follow`)."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, NamedTuple, Protocol

from app.configuration.planned import Applied, Plan
from app.configuration.references import Source
from app.tables import Organization


class Reads(Protocol):
    def __call__(self, org: Organization, name: str) -> Awaitable[Any]: ...


class Plans(Protocol):
    def __call__(
        self, org: Organization, document: Mapping[str, Any], source: Source, *, by: str
    ) -> Awaitable[Plan]: ...


class Applies(Protocol):
    def __call__(
        self,
        org: Organization,
        document: Mapping[str, Any],
        source: Source,
        seen: Plan,
        *,
        by: str,
        action: str,
        detail: str,
    ) -> Awaitable[Applied]: ...


class Ways(NamedTuple):
    """A part of the settings as it is now; what a document would change; changing it."""

    read: Reads
    plan: Plans
    apply: Applies


_ways: list[Ways] = []


def use(ways: Ways) -> None:
    _ways[:] = [ways]


def ways() -> Ways:
    return _ways[0]
