"""Turns a platform's answer into an `Acceptance` or a `SendError`, by tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from app.channels import foreign
from app.channels.outcomes import AFTER_SILENCE, UNREADABLE, Decided, Heard, Table, decide
from app.channels.secrecy import shown, tidy
from app.channels.sender import Acceptance, Parcel
from app.channels.statuses import LONGEST_RETRY_AFTER, clock_skew, unnamed
from app.egress.way import Answer
from app.errors import SendError

CLOCK_TOLERANCE = 300.0
"""Platforms allow an hour; a clock that is five minutes off is already broken."""

CLOCK_HINT = (
    "The clock of this server is {seconds} seconds off, so the platform refuses the signature. "
    "Correct the server's time."
)
NO_ANSWER_HINT = (
    "The answer did not come from the platform as we know it. Something between may have answered, "
    "a proxy or a login page; the notice may or may not have arrived."
)

_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_CODE = re.compile(r"0|-?[1-9][0-9]{0,11}")
_LARGEST = 10**12


def acceptance(
    answer: Answer,
    table: Table,
    parcel: Parcel,
    secrets: Iterable[str],
    *,
    empty: Collection[str] = (),
) -> Acceptance:
    """Raises SendError unless the platform accepted; an HTTP status alone is not enough. `empty`
    names the settings without a value."""
    secrets = list(secrets)
    said = _said(answer, table)
    if said is None or said[0] != 0 or not 200 <= answer.status < 300:
        raise refusal(answer, table, parcel, secrets, empty=empty)
    return Acceptance(
        message=tidy(said[1], secrets),
        http_status=answer.status,
        response=shown(answer, secrets),
    )


def refusal(
    answer: Answer,
    table: Table,
    parcel: Parcel,
    secrets: list[str],
    *,
    empty: Collection[str] = (),
) -> SendError:
    """The error for an answer that does not accept."""
    said = _said(answer, table)
    if said is None:
        accepted = 200 <= answer.status < 300
        return unreadable(answer, secrets) if accepted else _by_status(answer, table, secrets)
    code, message = said
    heard = Heard(
        code=code or None,
        message=message,
        status=answer.status,
        tries=parcel.in_a_row(str(code)),
        plain=parcel.fallback,
    )
    decided = decide(heard, table.rules)
    if code == 0 or (decided.rule and decided.rule not in table.rules):
        return _by_status(answer, table, secrets)
    return _refusal(decided, heard, answer, secrets, empty)


def refused(answer: Answer, table: Table) -> bool:
    """Whether the platform said no."""
    said = _said(answer, table)
    return said is not None and said[0] != 0


def _said(answer: Answer, table: Table) -> tuple[int, str] | None:
    return _code_in(foreign.entries(answer.body), table)


def _code_in(body: dict[str, Any], table: Table) -> tuple[int, str] | None:
    """The first refusal, else the first yes. `{"success": false, "errcode": 0}` is neither:
    None."""
    yes: tuple[int, str] | None = None
    for key, message_key in table.keys:
        if key not in body:
            continue
        code = as_code(body[key])
        if code is None:
            return None
        said = (code, str(body.get(message_key) or ""))
        if code != 0:
            return said
        yes = yes or said
    return None if body.get("success") is False else yes


def as_code(value: Any) -> int | None:
    """Platforms write the number as a number or as a string; anything else is no code."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < _LARGEST else None
    if isinstance(value, str) and _CODE.fullmatch(value):
        return int(value)
    return None


def unreadable(answer: Answer, secrets: list[str]) -> SendError:
    """A 2xx that does not confirm, and names no reason."""
    return SendError(
        "unknown",
        UNREADABLE,
        hint=NO_ANSWER_HINT,
        facts={"remedy": "fallback"},
        after=AFTER_SILENCE,
        http_status=answer.status,
        response=shown(answer, secrets),
    )


def _by_status(answer: Answer, table: Table, secrets: list[str]) -> SendError:
    """By HTTP status. A 429 counts as the platform's limit even when a gateway answers without a
    code."""
    error = unnamed(answer, secrets)
    if answer.status == 429 and error.outcome != "rate_limited":
        error.outcome = "rate_limited"
        error.after = _asked_for(table.reset_header, answer) or AFTER_SILENCE
    return error


def _refusal(
    decided: Decided,
    heard: Heard,
    answer: Answer,
    secrets: list[str],
    empty: Collection[str],
) -> SendError:
    rule = decided.rule
    facts = {
        "code": str(heard.code),
        "message": tidy(heard.message, secrets),
        "remedy": decided.remedy,
        "field": rule.field if rule else "",
    }
    if ip := _IPV4.search(heard.message):
        facts["ip"] = ip.group()
    elif "{ip}" in decided.hint:
        facts["ip"] = "…"
    hint = decided.hint
    if rule and rule.empty_hint and rule.field in empty:
        hint = rule.empty_hint
    elif rule and rule.clock and abs(skew := clock_skew(answer) or 0) > CLOCK_TOLERANCE:
        hint, facts["seconds"], facts["field"] = CLOCK_HINT, str(round(skew)), ""
    return SendError(
        decided.outcome,
        facts["code"],
        facts["message"],
        hint=hint,
        facts=facts,
        after=(rule and _asked_for(rule.reset_header, answer)) or decided.after,
        quota=bool(rule and rule.quota),
        http_status=answer.status,
        response=shown(answer, secrets),
    )


def _asked_for(header: str, answer: Answer) -> float | None:
    asked = answer.headers.get(header, "") if header else ""
    if asked.isascii() and asked.isdigit():
        return min(float(asked[:9]), LONGEST_RETRY_AFTER)
    return None
