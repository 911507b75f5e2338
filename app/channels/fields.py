"""Types of the fields that several kinds share, and how any field is asked for.

What `asked` says of a field is read by the console's form and by the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

MENTIONS = 50
"""DingTalk's limit."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """How the console's form asks for a field, beyond what its type says."""

    further: bool = False
    """Needed by few: under "More settings"."""
    choices: Mapping[str, str] = {}
    """The label of each value of a Literal, in the order offered; empty: the values themselves."""
    proposed: Any = None
    """Written into a new form, where that is better than the default."""
    code: bool = False
    """Whether it is text of many lines, in a fixed-width font."""
    decides: bool = False
    """Left empty, the whole object that it is a part of is left out."""
    attributes: Mapping[str, str] = {}
    """HTML attributes of the input."""


def asked(
    label: str,
    hint: str = "",
    *,
    secret: bool = False,
    further: bool = False,
    choices: Mapping[str, str] | None = None,
    proposed: Any = None,
    code: bool = False,
    decides: bool = False,
    attributes: Mapping[str, str] | None = None,
) -> Meta:
    """For the annotation of a field. `label`, `hint` and the names of choices are message ids."""
    return Meta(
        title=label,
        description=hint or None,
        extra_json_schema={"format": "password"} if secret else None,
        extra={
            "asked": Asked(
                further=further,
                choices=choices or {},
                proposed=proposed,
                code=code,
                decides=decides,
                attributes=attributes or {},
            )
        },
    )


ADDRESS = Meta(min_length=1, max_length=2048)
URL = {"inputmode": "url"}

Url = Annotated[
    str,
    ADDRESS,
    asked(
        "Address",
        "Starts with https://. It is stored encrypted.",
        secret=True,
        attributes=URL,
    ),
]
RobotUrl = Annotated[
    str,
    ADDRESS,
    asked(
        "Robot's address",
        "The whole address, or only the key in it. It is stored encrypted.",
        secret=True,
        attributes=URL,
    ),
]
SECRET = Meta(max_length=256)
SignSecret = Annotated[
    str,
    SECRET,
    asked(
        "Signing secret",
        "Only if signing is on in the robot's security settings.",
        secret=True,
    ),
]
Keyword = Annotated[str, Meta(min_length=1, max_length=50)]
Keywords = Annotated[
    list[Keyword],
    Meta(max_length=10),
    asked(
        "Keywords",
        "Only if the robot's security settings ask for keywords. One per line.",
    ),
]
ONE_PER_LINE = "One per line."
Mobiles = Annotated[
    list[Annotated[str, Meta(pattern=r"^\+?[0-9-]{5,20}$(?!\n)")]],
    Meta(max_length=MENTIONS),
    asked("Mention by phone number", ONE_PER_LINE, further=True),
]
UserIds = Annotated[
    list[Annotated[str, Meta(pattern=r"^[A-Za-z0-9._@$+-]{1,64}$(?!\n)")]],
    Meta(max_length=MENTIONS),
    asked("Mention by user id", ONE_PER_LINE, further=True),
]
OpenIds = Annotated[
    list[Annotated[str, Meta(pattern=r"^ou_[A-Za-z0-9]{1,64}$(?!\n)")]],
    Meta(max_length=MENTIONS),
    asked("Mention by open_id", ONE_PER_LINE, further=True),
]
Everybody = Annotated[bool, asked("Mention everybody in the group", further=True)]


def with_keyword(said: str, keywords: Sequence[str], separator: str = "\n") -> str:
    """The text with the first keyword in front if it has none of them: the robot requires one."""
    if not keywords or any(keyword in said for keyword in keywords):
        return said
    return f"{keywords[0]}{separator}{said}"
