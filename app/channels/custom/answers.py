"""What a custom receiver answers, and what it means."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from app.channels import addresses, fields, foreign, robots
from app.channels.answers import as_code, refusal, refused
from app.channels.outcomes import Table
from app.channels.secrecy import shown
from app.channels.sender import Acceptance, Parcel
from app.channels.statuses import by_status
from app.egress.way import Answer
from app.errors import Problem, SendError

VALUE_BYTES = 1024
DOUBT_HINT = (
    "The receiver answered with success, but what it wrote looks like a refusal. "
    "Look whether the notice arrived, and set what its answer says when it accepted."
)
YES = frozenset({0, 1, 20_000, *range(200, 300)})
"""What programs write as `code` on success: 0, 1, an HTTP status, or 20000 as admin templates
do."""


class Success(msgspec.Struct, forbid_unknown_fields=True):
    """What the receiver must answer in addition to a 2xx."""

    pointer: Annotated[
        str,
        Meta(pattern=r"^(/.{0,100})?$(?!\n)"),
        fields.asked(
            "Accepted only if this place of the answer",
            "Like /code. Empty: every answer from 200 to 299 counts.",
            further=True,
            decides=True,
        ),
    ]
    equals: Annotated[str | int | float | bool | None, fields.asked("has this value", further=True)]


def acceptance(
    answer: Answer, url: str, success: Success | None, parcel: Parcel, secrets: list[str]
) -> Acceptance:
    """Raises SendError unless it is a 2xx with the value that `success` names; a platform's own
    code overrides the status."""
    if not 200 <= answer.status < 300:
        raise by_status(answer, parcel, secrets)
    if success and not _confirmed(success, answer.body):
        raise _unconfirmed(answer, secrets)
    platform = None if success else _platform_at(url)
    if platform and refused(answer, platform):
        raise refusal(answer, platform, parcel, secrets)
    return Acceptance(
        code=str(answer.status),
        http_status=answer.status,
        response=shown(answer, secrets),
        warning=DOUBT_HINT if not success and _looks_refused(answer.body) else "",
        certificate_until=answer.certificate_until,
    )


def _unconfirmed(answer: Answer, secrets: list[str]) -> SendError:
    return SendError(
        "retry",
        "not_confirmed",
        hint="The receiver did not answer with the value that you set as success.",
        facts={"remedy": "fallback", "field": "success/equals"},
        http_status=answer.status,
        response=shown(answer, secrets),
    )


def success_faults(success: Success) -> Iterator[Problem]:
    value = success.equals
    try:
        fits = len(msgspec.json.encode(value)) <= VALUE_BYTES
    except (OverflowError, ValueError):
        fits = False
    if not fits or (isinstance(value, float) and not math.isfinite(value)):
        yield Problem(
            "/success/equals",
            "unusable_value",
            "The value is longer, or the number larger, than an answer can hold it.",
        )


def _confirmed(rule: Success, body: bytes) -> bool:
    try:
        found: Any = foreign.value(body)
        for step in rule.pointer.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            found = found[_index(key)] if isinstance(found, list) else found[key]
    except (LookupError, TypeError, ValueError):
        return False
    # In Python True equals 1; to the receiver they are different.
    return type(found) is type(rule.equals) and bool(found == rule.equals)


def _index(step: str) -> int:
    """The step as an index. Raises LookupError, also for "-1", which Python counts from the end."""
    if not (step.isascii() and step.isdigit()):
        raise LookupError
    return int(step)


def _looks_refused(body: bytes) -> bool:
    """Whether a 2xx says no in its body, as platforms and many programs do."""
    said = foreign.entries(body)
    no = any(said.get(key) is False for key in ("success", "ok"))
    code = as_code(said.get("errcode", 0))
    status = as_code(said.get("code", 0))
    return no or code not in (0, None) or (status is not None and status not in YES)


def _platform_at(url: str) -> Table | None:
    """The table of the platform whose robots have such addresses: its code says more than the
    status."""
    parts = addresses.split(url)
    if parts is None:
        return None
    return next((robot.table for robot in robots.robots() if robot.lives_at(parts)), None)
