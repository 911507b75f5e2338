"""The meaning of an HTTP status and its headers, where nothing better is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from email.utils import parsedate_to_datetime

from app.channels.outcomes import AFTER_SILENCE, STATUSES, Heard, decide, find
from app.channels.secrecy import shown, tidy
from app.channels.sender import Parcel
from app.egress.way import Answer
from app.errors import Outcome, SendError

LONGEST_RETRY_AFTER = 86_400.0
UNKNOWN_STATUS_HINT = "The receiver answered with HTTP {code}, which says neither yes nor no."
REDIRECT_HINT = (
    "The address redirects without saying where to. Check it with whoever runs the receiver."
)


def by_status(answer: Answer, parcel: Parcel, secrets: Iterable[str]) -> SendError:
    """For a custom receiver, whose only code is the status."""
    heard = Heard(code=answer.status, status=answer.status, plain=parcel.fallback)
    decided = decide(heard, STATUSES)
    hint = decided.hint if decided.rule else UNKNOWN_STATUS_HINT
    remedy = decided.remedy if not parcel.fallback else ""
    return status_error(answer, decided.outcome, hint, secrets, remedy=remedy)


def unnamed(answer: Answer, secrets: Iterable[str]) -> SendError:
    """For a platform that answered without a known code. Only a request to wait counts; the rest
    may be a proxy's, and the next try may pass."""
    decided = decide(Heard(status=answer.status), ())
    known = find(STATUSES, answer.status, "")
    return status_error(
        answer,
        decided.outcome,
        known.hint if known else UNKNOWN_STATUS_HINT,
        secrets,
        remedy=decided.remedy,
    )


def status_error(
    answer: Answer, outcome: Outcome, hint: str, secrets: Iterable[str], *, remedy: str = ""
) -> SendError:
    secrets = list(secrets)
    after = AFTER_SILENCE if answer.status == 429 else None
    wait = retry_after(answer)
    if answer.status in (429, 503) and wait is not None:
        outcome, after = "rate_limited", wait
    location = tidy(answer.headers.get("location", ""), secrets)
    if 300 <= answer.status < 400 and not location:
        hint = REDIRECT_HINT
    return SendError(
        outcome,
        f"http_{answer.status}",
        hint=hint,
        facts={"code": str(answer.status), "location": location, "remedy": remedy},
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
