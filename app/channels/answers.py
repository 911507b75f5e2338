"""From what a platform answered to a receipt or a `SendError`, by tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from app.channels.secrecy import shown, tidy
from app.channels.sender import Parcel, Receipt, Remedy
from app.channels.statuses import AFTER_SILENCE, LONGEST_RETRY_AFTER, by_status, clock_skew
from app.egress import Answer
from app.errors import Outcome, SendError

UNKNOWN_CODE_TRIES = 2
"""A code that we do not know may be a passing trouble: tried again this often, then given up."""
SLOW = 600.0
"""Where a platform wants no more than a few retries, the next ones keep this distance."""
CLOCK_TOLERANCE = 300.0
"""Platforms allow an hour; a clock that is five minutes off is already broken."""

RESET_HEADER = "x-ogw-ratelimit-reset"
"""Of Feishu's gateway; nobody else sends it."""

CLOCK_HINT = (
    "The clock of this server is {seconds} seconds off, so the platform refuses the signature. "
    "Correct the server's time."
)
UNKNOWN_HINT = "The platform answered with a code that we do not know: {code} {message}"
NO_ANSWER_HINT = (
    "The answer did not come from the platform as we know it. Something between may have answered, "
    "a proxy or a login page; the notice may or may not have arrived."
)

_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a platform's error table; the first that matches decides."""

    outcome: Outcome
    hint: str
    codes: Collection[int] = ()
    """Empty: any code."""
    words: tuple[str, ...] = ()
    """One of them must occur in the message, in any case. Empty: any message."""
    after: tuple[float, ...] = ()
    """Seconds to wait after the first, second, … try; the last one stays."""
    reset_header: str = ""
    """Where the platform says how many seconds to wait."""
    tries: int = 0
    """After so many tries `then` holds, or the next ones are `SLOW`; 0: no such limit."""
    then: Outcome | None = None
    clock: bool = False
    """A wrong clock looks the same: compare it with the answer's date."""
    remedy: Remedy = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """How a platform says yes and no."""

    keys: tuple[tuple[str, str], ...]
    """Names of code and message; the first pair whose code is there decides."""
    rules: tuple[Rule, ...]


def verdict(answer: Answer, table: Table, parcel: Parcel, secrets: Iterable[str]) -> Receipt:
    """What the platform said. Its status alone is never a yes."""
    secrets = list(secrets)
    said = _said(answer, table)
    if said is None:
        raise _unreadable(answer, parcel, secrets)
    code, message = said
    if code == 0 and answer.status < 300:
        return Receipt(
            message=tidy(message, secrets),
            http_status=answer.status,
            response=shown(answer, secrets),
        )
    rule = find(table.rules, code, message)
    if rule:
        raise _refusal(rule, code, message, answer, parcel, secrets)
    if code == 0 or answer.status in (429, 503):
        raise _by_status(answer, parcel, secrets)
    raise _unknown_code(code, message, answer, parcel, secrets)


def find(rules: Iterable[Rule], code: int, message: str) -> Rule | None:
    lowered = message.lower()
    for rule in rules:
        if rule.codes and code not in rule.codes:
            continue
        if not rule.words or any(word in lowered for word in rule.words):
            return rule
    return None


def _said(answer: Answer, table: Table) -> tuple[int, str] | None:
    try:
        body = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    for key, message_key in table.keys:
        if key in body:
            code = as_code(body[key])
            return None if code is None else (code, str(body.get(message_key) or ""))
    return None


def as_code(value: Any) -> int | None:
    """Platforms write the number as a number or as a string; anything else is no code."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,12}", value):
        return int(value)
    return None


def _unreadable(answer: Answer, parcel: Parcel, secrets: list[str]) -> SendError:
    if answer.status >= 300:
        return _by_status(answer, parcel, secrets)
    return SendError(
        "unknown",
        "unreadable_answer",
        hint=NO_ANSWER_HINT,
        after=AFTER_SILENCE,
        http_status=answer.status,
        response=shown(answer, secrets),
    )


def _by_status(answer: Answer, parcel: Parcel, secrets: list[str]) -> SendError:
    """A 429 is the platform's limit also where a gateway in front of it says so, without a code."""
    error = by_status(answer, parcel, secrets)
    if answer.status == 429 and error.outcome != "rate_limited":
        error.outcome = "rate_limited"
        error.after = _asked_for(RESET_HEADER, answer) or AFTER_SILENCE
    return error


def _refusal(
    rule: Rule, code: int, message: str, answer: Answer, parcel: Parcel, secrets: list[str]
) -> SendError:
    facts = {"code": str(code), "message": tidy(message, secrets), "remedy": rule.remedy}
    if ip := _IPV4.search(message):
        facts["ip"] = ip.group()
    elif "{ip}" in rule.hint:
        facts["ip"] = "…"
    hint = rule.hint
    skew = clock_skew(answer) if rule.clock else None
    if skew is not None and abs(skew) > CLOCK_TOLERANCE:
        hint, facts["seconds"] = CLOCK_HINT, str(round(skew))
    return SendError(
        outcome_of(rule, parcel.in_a_row(str(code))),
        str(code),
        facts["message"],
        hint=hint,
        facts=facts,
        after=_asked_for(rule.reset_header, answer) or pause(rule, parcel.in_a_row(str(code))),
        http_status=answer.status,
        response=shown(answer, secrets),
    )


def outcome_of(rule: Rule, tries: int) -> Outcome:
    """`tries`: how many in a row ended like this."""
    if rule.then and tries > rule.tries:
        return rule.then
    return rule.outcome


def pause(rule: Rule, tries: int) -> float | None:
    if rule.tries and tries > rule.tries:
        return SLOW
    if not rule.after:
        return None
    return rule.after[min(tries, len(rule.after)) - 1]


def _asked_for(header: str, answer: Answer) -> float | None:
    asked = answer.headers.get(header, "") if header else ""
    if asked.isascii() and asked.isdigit():
        return min(float(asked[:9]), LONGEST_RETRY_AFTER)
    return None


def _unknown_code(
    code: int, message: str, answer: Answer, parcel: Parcel, secrets: list[str]
) -> SendError:
    shown_message = tidy(message, secrets)
    tries = parcel.in_a_row(str(code))
    return SendError(
        "retry" if tries <= UNKNOWN_CODE_TRIES else "permanent_content",
        str(code),
        shown_message,
        hint=UNKNOWN_HINT,
        facts={"code": str(code), "message": shown_message},
        http_status=answer.status,
        response=shown(answer, secrets),
    )
