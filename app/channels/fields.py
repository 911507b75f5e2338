"""Types of the fields that several kinds share; the admin's form and the API's schema read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

MENTIONS = 50
"""DingTalk's limit; more names than that are everybody."""

Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=2048,
        title="Webhook address",
        description="The whole address as the platform shows it. It is kept secret.",
        extra_json_schema={"format": "password"},
    ),
]
SignSecret = Annotated[
    str,
    Meta(
        max_length=256,
        title="Signing secret",
        description="Only when the robot's security settings have signing switched on.",
        extra_json_schema={"format": "password"},
    ),
]
Keyword = Annotated[str, Meta(min_length=1, max_length=50)]
Keywords = Annotated[
    list[Keyword],
    Meta(
        max_length=10,
        title="Keywords",
        description="The keywords in the robot's security settings; "
        "one of them is put in front when a notice has none.",
    ),
]
Mobiles = Annotated[
    list[Annotated[str, Meta(pattern=r"^\+?[0-9-]{5,20}$")]],
    Meta(max_length=MENTIONS, title="Mention by phone number"),
]
UserIds = Annotated[
    list[Annotated[str, Meta(pattern=r"^[A-Za-z0-9._@$+-]{1,64}$")]],
    Meta(max_length=MENTIONS, title="Mention by user id"),
]
OpenIds = Annotated[
    list[Annotated[str, Meta(pattern=r"^ou_[A-Za-z0-9]{1,64}$")]],
    Meta(max_length=MENTIONS, title="Mention by open_id"),
]
Everybody = Annotated[bool, Meta(title="Mention everybody")]


def with_keyword(said: str, keywords: Sequence[str], separator: str = "\n") -> str:
    """The text with a keyword in front when none of them is in it: the robot asks for one."""
    if not keywords or any(keyword in said for keyword in keywords):
        return said
    return f"{keywords[0]}{separator}{said}"
