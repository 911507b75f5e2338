"""The visitor's form carries its state in a signed token."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from app.errors import Invalid
from app.signed import form_token

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.usefixtures("configure")


def refused(slug: str, token: str, **options: dt.datetime) -> str:
    with pytest.raises(Invalid) as caught:
        form_token.read(slug, token, **options)
    (problem,) = caught.value.problems
    assert problem.pointer == "/token"
    return problem.code


def test_what_was_issued_is_read_back() -> None:
    first, second = (form_token.issue("shop", now=NOW) for _ in range(2))
    read = form_token.read("shop", first, now=NOW)
    assert read == form_token.read("shop", first, now=NOW)
    assert read.issued == NOW
    assert read.nonce != form_token.read("shop", second, now=NOW).nonce


def test_the_nonce_fits_a_submission_id() -> None:
    assert 16 <= len(form_token.read("shop", form_token.issue("shop")).nonce) <= 64


def test_a_token_of_another_form_is_refused() -> None:
    assert refused("other", form_token.issue("shop")) == "token_invalid"


@pytest.mark.parametrize("place", [0, 5, -30, -1])
def test_a_changed_token_is_refused(place: int) -> None:
    token = form_token.issue("shop")
    changed = "x" if token[place] != "x" else "y"
    forged = token[:place] + changed + token[place:][1:]
    assert refused("shop", forged) == "token_invalid"


@pytest.mark.parametrize("nonsense", ["", ".", "..", "a.b.c", "1.2.3.4", "\ud800", "é.1.x"])
def test_what_we_never_issued_is_refused(nonsense: str) -> None:
    assert refused("shop", nonsense) == "token_invalid"


def test_a_page_may_stay_open_for_a_day() -> None:
    token = form_token.issue("shop", now=NOW)
    assert form_token.read("shop", token, now=NOW + form_token.LIFETIME)
    late = NOW + form_token.LIFETIME + dt.timedelta(seconds=1)
    assert refused("shop", token, now=late) == "token_expired"


def test_a_clock_set_back_expires_nothing() -> None:
    token = form_token.issue("shop", now=NOW)
    assert form_token.read("shop", token, now=NOW - dt.timedelta(days=2)).issued == NOW


def test_a_token_made_with_another_secret_key_is_refused(configure: Callable[..., Any]) -> None:
    token = form_token.issue("shop")
    configure(LEAVEMSG_SECRET_KEY="another-" + "x" * 32)
    assert refused("shop", token) == "token_invalid"
