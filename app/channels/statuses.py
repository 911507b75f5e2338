"""What an HTTP status means where nothing better was said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from email.utils import parsedate_to_datetime

import msgspec

from app.channels.secrecy import shown, tidy
from app.channels.sender import Parcel
from app.egress import Answer
from app.errors import Outcome, SendError

AFTER_SILENCE = 60.0
"""No sooner after a time-out or "too many": whoever is overloaded needs the pause."""
REDIRECTS_BEFORE_FAULT = 3
LONGEST_RETRY_AFTER = 86_400.0


class StatusRule(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table of HTTP statuses."""

    statuses: Collection[int]
    outcome: Outcome
    hint: str


STATUSES: tuple[StatusRule, ...] = (
    StatusRule(
        statuses=range(300, 400),
        outcome="retry",
        hint="The address redirects to {location}. Enter that one: redirects are not followed.",
    ),
    StatusRule(
        statuses=(410,),
        outcome="gone",
        hint="The receiver says that this address does not exist any more. Enter a new one.",
    ),
    StatusRule(
        statuses=(408, 425, 429),
        outcome="retry",
        hint="The receiver asks for a pause. It is tried again by itself.",
    ),
    StatusRule(
        statuses=(401, 403, 407),
        outcome="permanent_config",
        hint="The receiver does not let us in ({code}). Check token, headers and its address list.",
    ),
    StatusRule(
        statuses=(404,),
        outcome="permanent_config",
        hint="There is nothing at this address. Check it for typing errors.",
    ),
    StatusRule(
        statuses=range(400, 500),
        outcome="permanent_content",
        hint="The receiver does not accept this form of message ({code}). "
        "Check method and template.",
    ),
    StatusRule(
        statuses=(501, 505),
        outcome="permanent_content",
        hint="The receiver does not know this method ({code}). Check it.",
    ),
    StatusRule(
        statuses=range(500, 600),
        outcome="retry",
        hint="The receiver has a trouble of its own ({code}). It is tried again by itself.",
    ),
)


def by_status(answer: Answer, parcel: Parcel, secrets: Iterable[str]) -> SendError:
    secrets = list(secrets)
    rule = next((r for r in STATUSES if answer.status in r.statuses), STATUSES[-1])
    outcome = rule.outcome
    after = AFTER_SILENCE if answer.status == 429 else None
    code = f"http_{answer.status}"
    if 300 <= answer.status < 400 and parcel.in_a_row(code) >= REDIRECTS_BEFORE_FAULT:
        outcome = "permanent_config"
    wait = retry_after(answer)
    if answer.status in (429, 503) and wait is not None:
        outcome, after = "rate_limited", wait
    location = tidy(answer.headers.get("location", ""), secrets)
    return SendError(
        outcome,
        code,
        hint=rule.hint,
        facts={"code": str(answer.status), "location": location},
        after=after,
        http_status=answer.status,
        response=shown(answer, secrets),
    )


def retry_after(answer: Answer, now: dt.datetime | None = None) -> float | None:
    """Seconds that the receiver asks for; None when it says nothing usable."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:9])
    else:
        moment = _moment(value)
        if moment is None:
            return None
        seconds = (moment - (now or dt.datetime.now(dt.UTC))).total_seconds()
    return seconds if 0 <= seconds <= LONGEST_RETRY_AFTER else None


def clock_skew(answer: Answer, now: dt.datetime | None = None) -> float | None:
    """Seconds that our clock is ahead of the platform's; None when its answer has no date."""
    moment = _moment(answer.headers.get("date", ""))
    return ((now or dt.datetime.now(dt.UTC)) - moment).total_seconds() if moment else None


def _moment(value: str) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
