"""Errors on their way out. Their shape is tested in test_error_shape."""

from __future__ import annotations

import pytest
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from app.errors import Invalid, Misconfigured, Problem, SendError, TooMany
from web.http.faults import (
    DEFAULTS,
    TITLES,
    Refused,
    fault_of,
    is_for_programs,
)


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/x", "/livez", "/readyz"])
def test_programs_are_answered_in_their_own_form(path: str) -> None:
    assert is_for_programs(path)


@pytest.mark.parametrize("path", ["/", "/apis", "/w/api", "/inbox", "/livez/x", "/API/x"])
def test_people_get_pages(path: str) -> None:
    assert not is_for_programs(path)


def test_whatever_never_reaches_http_is_our_fault() -> None:
    for error in (SendError("retry", "x"), Misconfigured(["PORT: x"]), RuntimeError("x")):
        assert fault_of(error).status == 500


def test_nobody_is_told_to_come_back_at_once() -> None:
    assert fault_of(TooMany(0)).headers == {"Retry-After": "1"}


def test_every_fault_of_an_input_goes_along() -> None:
    problems = [Problem("/a", "x", "X"), Problem("/b", "y", "Y")]

    assert fault_of(Invalid(problems)).problems == tuple(problems)


def test_of_the_frameworks_headers_only_allow_goes_out() -> None:
    wrong_method = MethodNotAllowedException(headers={"allow": "GET, OPTIONS", "x-inner": "1"})

    assert fault_of(wrong_method).headers == {"Allow": "GET, HEAD, OPTIONS"}
    assert fault_of(NotFoundException(headers={"x-inner": "1"})).headers == {}


def test_the_rest_of_a_body_that_is_too_large_is_not_waited_for() -> None:
    assert fault_of(RequestEntityTooLarge()).headers == {"Connection": "close"}


def test_a_refusal_says_what_it_was_told_to() -> None:
    error = Refused(415, "code", "Send {type}.", facts={"type": "x"}, headers={"A": "b"})

    assert (error.fault.status, error.fault.facts, error.fault.headers) == (
        415,
        {"type": "x"},
        {"A": "b"},
    )


def test_every_default_has_a_title() -> None:
    assert set(DEFAULTS) <= set(TITLES)
