"""A report, as it is set."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

import msgspec

from app.tables import Report

REPORTS_MAX = 10
TIME = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)"


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """At `at`, a time of the organization's zone, every day or on one day of the week.
    `skip_empty`: not when nothing came and nothing waits. `skip_closed`: not on days without office
    hours; the next one tells of them as well."""

    channel: Annotated[str, msgspec.Meta(description="The uid of a channel.")]
    every: Literal["day", "week"] = "day"
    weekday: Annotated[int, msgspec.Meta(ge=0, le=6, description="0 is Monday.")] = 0
    at: Annotated[str, msgspec.Meta(pattern=TIME)] = "09:00"
    skip_empty: bool = False
    skip_closed: bool = False


class Stored(Setting, frozen=True, kw_only=True):
    uid: str


class Row(msgspec.Struct, kw_only=True):
    id: uuid.UUID
    organization: uuid.UUID
    channel: uuid.UUID | None
    every: str
    weekday: int
    at: str
    skip_empty: bool
    skip_closed: bool

    def stored(self) -> Stored:
        return Stored(
            uid=str(self.id),
            channel=str(self.channel),
            every=self.every,  # type: ignore[arg-type]
            weekday=self.weekday,
            at=self.at,
            skip_empty=bool(self.skip_empty),
            skip_closed=bool(self.skip_closed),
        )


ROW = (
    Report.id,
    Report.organization,
    Report.channel,
    Report.every,
    Report.weekday,
    Report.at,
    Report.skip_empty,
    Report.skip_closed,
)
