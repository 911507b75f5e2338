"""The robot of a Chime room, a platform that only tests know. https://chime.example/robots"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import SplitResult

from app.channels import addresses, fields
from app.channels.answers import acceptance
from app.channels.outcomes import Rule, Table
from app.channels.robots import Robot, wrong
from app.channels.sender import Acceptance, Parcel
from app.channels.wire import post
from app.channels.wording import Style, compose
from app.egress.way import Egress
from app.errors import Problem

EXAMPLE = "https://hooks.chime.example/hook/…"
TEXT_LIMIT = 1000
TABLE = Table(
    keys=(("code", "msg"),),
    rules=(
        Rule(
            codes=(7,),
            outcome="permanent_config",
            hint="The room is closed. Open it again in Chime.",
            source="https://chime.example/robots#codes",
        ),
    ),
)


class Chime(Robot, tag="chime"):
    kind: ClassVar[str] = "chime"
    label: ClassVar[str] = "Chime room robot"
    limit_per_minute: ClassVar[int | None] = 60
    deadline: ClassVar[float] = 10.0
    secret_fields: ClassVar[tuple[tuple[str, ...], ...]] = (("webhook_url",),)
    steps: ClassVar[tuple[str, ...]] = (
        "Open the room in Chime, then Robots.",
        "Add a robot and copy its address.",
        "Paste it here.",
    )
    example: ClassVar[str] = EXAMPLE
    hosts: ClassVar[tuple[str, ...]] = ("hooks.chime.example",)
    path: ClassVar[str] = "/hook/"
    key: ClassVar[re.Pattern[str]] = re.compile(r"room-[0-9]{8}")
    alone: ClassVar[tuple[Literal["key", "secret"], ...]] = ("key",)
    table: ClassVar[Table] = TABLE

    volume: Annotated[
        Literal["low", "high"],
        fields.asked(
            "Volume",
            "How loud it rings.",
            further=True,
            choices={"low": "Quiet", "high": "Loud"},
        ),
    ] = "low"

    def __post_init__(self) -> None:
        self.webhook_url = self.normal(self.webhook_url)

    @staticmethod
    def normal(pasted: str) -> str:
        pasted = addresses.bare(pasted)
        known = Chime.key.fullmatch(pasted)
        return EXAMPLE.replace("…", pasted) if known else pasted

    def token(self) -> str:
        parts = addresses.split(self.webhook_url)
        return addresses.last_segment(parts) if parts else ""

    def address_faults(self, parts: SplitResult) -> Iterator[Problem]:
        if not self.key.fullmatch(self.token()):
            yield wrong("not_a_robot", "Chime's addresses look like {example}.", EXAMPLE)

    def default_template(self, locale: str) -> str:
        return self.own_text(locale)

    def message(self, parcel: Parcel) -> dict[str, Any]:
        own = self.own_text(parcel.locale)
        said = compose(parcel, Style(), own, lambda draft: len(draft.body) <= TEXT_LIMIT)
        return {"text": said.body, "volume": self.volume}

    def preview(self, parcel: Parcel) -> str:
        text: str = self.message(parcel)["text"]
        return text

    async def send(self, parcel: Parcel, egress: Egress) -> Acceptance:
        body, limit = self.body(parcel), self.deadline
        answer = await post(egress, self.webhook_url, body, deadline=limit, hosts=self.hosts)
        return acceptance(answer, TABLE, parcel, self.secrets())
