"""What an HTTP status means, and what its headers say."""

from __future__ import annotations

import datetime as dt

import pytest

from app.channels import statuses
from app.egress import Answer
from tests.app.channels.things import parcel

NOW = dt.datetime(2024, 1, 15, 10, 30, tzinfo=dt.UTC)


def answer(status: int = 503, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, b"", truncated=False, duration_ms=1)


@pytest.mark.parametrize("status", range(300, 600))
def test_every_status_has_a_meaning(status: int) -> None:
    error = statuses.by_status(answer(status), parcel(), [])

    assert error.hint.format_map(error.facts)
    assert error.http_status == status


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("Mon, 15 Jan 2024 10:31:00 GMT", 60),
        ("Mon, 15 Jan 2024 10:31:00", 60),
        ("Mon, 15 Jan 2024 10:29:00 GMT", None),
        ("Tue, 16 Jan 2024 10:30:01 GMT", None),
        ("86401", None),
        ("Mon, 99 Jan 2024 10:31:00 GMT", None),
        ("", None),
    ],
)
def test_a_pause_is_in_seconds_or_until_a_date(value: str, seconds: float | None) -> None:
    assert statuses.retry_after(answer(retry_after=value), NOW) == seconds


def test_the_clock_is_compared_with_the_answers_date() -> None:
    assert statuses.clock_skew(answer(date="Mon, 15 Jan 2024 10:00:00 GMT"), NOW) == 1800
    assert statuses.clock_skew(answer(), NOW) is None


def test_where_a_redirect_leads_is_shown_without_secrets() -> None:
    redirect = answer(302, location="https://x.example/?key=s3cret")

    assert statuses.by_status(redirect, parcel(), ["s3cret"]).facts["location"] == (
        "https://x.example/?key=••••"
    )


@pytest.mark.parametrize("status", [300, 302, 304])
def test_a_redirect_to_nowhere_is_not_said_to_lead_anywhere(status: int) -> None:
    found = statuses.by_status(answer(status), parcel(), [])
    assert found.hint == statuses.REDIRECT_HINT
