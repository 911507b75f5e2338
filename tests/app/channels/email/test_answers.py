"""What a mail server's number means at each stage."""

from __future__ import annotations

import ssl
from typing import Any

import aiosmtplib
import pytest

from app.channels.email import answers as smtp_answers
from app.channels.email.answers import Stage
from app.channels.sender import remedy
from tests.app.channels.things import parcel

# (stage, codes, outcome, seconds to wait, softer form)
ROWS: list[tuple[Stage, tuple[int, ...], str, float | None, str]] = [
    ("banner", (421, 450, 499), "retry", None, ""),
    ("banner", (554, 500), "permanent_config", None, ""),
    ("hello", (421, 450), "retry", None, ""),
    ("hello", (501, 550), "permanent_config", None, ""),
    ("tls", (454, 421), "retry", None, ""),
    ("tls", (502, 554), "permanent_config", None, ""),
    ("auth", (535, 534, 530, 538, 504, 550), "permanent_config", None, ""),
    ("auth", (454,), "retry", 300, ""),
    ("auth", (421, 432, 451), "retry", None, ""),
    ("sender", (501, 550, 553, 530), "permanent_config", None, ""),
    ("sender", (451, 452, 421), "retry", None, ""),
    ("sender", (552,), "permanent_content", None, "fallback"),
    ("recipient", (550, 551, 552, 553, 554), "permanent_config", None, ""),
    ("recipient", (450, 451, 452, 421), "retry", 300, ""),
    ("data", (451, 452, 421), "retry", None, ""),
    ("data", (552,), "permanent_content", None, "fallback"),
    ("data", (550, 554, 571), "permanent_content", None, "neutral"),
    ("data", (500, 503, 535, 551, 556, 599), "retry", None, "fallback"),
    ("sender", (599, 511), "retry", None, "fallback"),
    ("recipient", (599,), "retry", None, ""),
    ("banner", (599, 220, 354), "retry", None, ""),
]
FACTS = {"sender": "a@example.com", "recipient": "b@example.com"}


def refusal(stage: Stage, code: int, said: str = "5.7.1 no", attempt: int = 1) -> Any:
    return smtp_answers.refusal(stage, code, said, parcel(attempt=attempt), ["hunter22"], FACTS)


@pytest.mark.parametrize(
    ("stage", "code", "outcome", "after", "softer"),
    [(stage, code, *rest) for stage, codes, *rest in ROWS for code in codes],
)
def test_a_number_says_what_follows_and_what_to_do(
    stage: Stage, code: int, outcome: str, after: float | None, softer: str
) -> None:
    error = refusal(stage, code)

    assert (error.outcome, error.code, error.after) == (outcome, str(code), after)
    assert remedy(error) == softer
    assert error.facts["stage"] == stage
    assert error.hint.format_map(error.facts)


@pytest.mark.parametrize(
    ("stage", "code", "said"),
    [
        ("data", 550, "5.4.5 Daily user sending quota exceeded"),
        ("data", 554, "Domain frequency limited"),
        ("data", 450, "4.7.28 rate limited: too many messages"),
        ("sender", 550, "Connection frequency limited"),
        ("sender", 526, "hourly limit"),
        ("banner", 554, "IP frequency limit"),
    ],
)
def test_a_limit_of_the_account_is_no_fault_of_the_mail(stage: Stage, code: int, said: str) -> None:
    error = refusal(stage, code, said)

    assert (error.outcome, error.after, error.quota) == ("rate_limited", 3600, True)


def test_who_breaks_off_within_the_encryption_is_tried_again() -> None:
    assert smtp_answers.failure(ssl.SSLEOFError(8, "EOF"), "tls", {}).outcome == "retry"


def test_every_rule_was_tried() -> None:
    tried = {(stage, code) for stage, codes, *_ in ROWS for code in codes}

    for stage, rules in smtp_answers.RULES.items():
        for rule in rules:
            assert any((stage, code) in tried for code in rule.codes)


def test_a_password_check_that_fails_twice_is_no_accident() -> None:
    assert refusal("auth", 454, attempt=2).outcome == "permanent_config"


def test_what_has_no_sense_is_tried_again() -> None:
    assert refusal("banner", -1, "HTTP/1.1 400").outcome == "retry"


def test_before_it_is_a_mail_server_only_its_numbers_are_shown() -> None:
    assert refusal("banner", 421, "4.3.2 busy secret-banner").message == "4.3.2"
    assert refusal("hello", 550, "secret-banner").message == ""
    assert refusal("recipient", 550, "5.1.1 unknown").message == "5.1.1 unknown"


def test_a_password_in_the_words_is_hidden() -> None:
    assert "hunter22" not in refusal("auth", 535, "wrong: hunter22").response


@pytest.mark.parametrize(
    ("error", "stage", "outcome", "code"),
    [
        (aiosmtplib.SMTPServerDisconnected("x"), "hello", "retry", "reset"),
        (aiosmtplib.SMTPServerDisconnected("x"), "data", "unknown", "reset"),
        (aiosmtplib.SMTPReadTimeoutError("x"), "sender", "retry", "timeout"),
        (TimeoutError(), "data", "unknown", "timeout"),
        (ConnectionResetError(), "recipient", "retry", "reset"),
        (
            ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]"),
            "banner",
            "permanent_config",
            "tls_failed",
        ),
    ],
)
def test_a_broken_session_says_what_follows(
    error: Exception, stage: Stage, outcome: str, code: str
) -> None:
    found = smtp_answers.failure(error, stage, {})

    assert (found.outcome, found.code, found.facts["stage"]) == (outcome, code, stage)
    assert found.hint
