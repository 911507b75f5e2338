"""From what a platform answered to what follows."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from typing import Any

import pytest

from app.channels import answers
from app.channels.outcomes import SLOW, Rule, Table
from app.channels.sender import remedy
from app.egress import Answer
from app.errors import SendError
from tests.app.channels.things import parcel


def row(**given: Any) -> Rule:
    return Rule(source="here", **given)


TABLE = Table(
    reset_header="x-ogw-ratelimit-reset",
    keys=(("code", "msg"), ("Old", "OldMsg")),
    rules=(
        row(codes=(1,), words=("slow",), outcome="rate_limited", hint="a", after=(1.0, 5.0)),
        row(codes=(1,), outcome="gone", hint="b {message} {ip}"),
        row(codes=(2,), outcome="retry", hint="c", tries=2),
        row(codes=(3,), outcome="retry", hint="d", tries=1, then="permanent_config"),
        row(codes=(4,), outcome="permanent_config", hint="e", clock=True),
        row(codes=(5,), outcome="permanent_content", hint="f", remedy="fallback"),
        row(codes=(6,), outcome="permanent_config", hint="g", field="secret", empty_hint="h"),
    ),
)


def answer(body: str, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, body.encode(), truncated=False, duration_ms=1)


def refused(body: str, status: int = 200, attempt: int = 1, **headers: str) -> SendError:
    with pytest.raises(SendError) as caught:
        answers.acceptance(
            answer(body, status, **headers), TABLE, parcel(attempt=attempt), ["s3cret"]
        )
    return caught.value


@pytest.mark.parametrize("body", ['{"code":0}', '{"code":"0","msg":"ok"}', '{"Old":0}'])
def test_zero_is_a_yes(body: str) -> None:
    assert answers.acceptance(answer(body), TABLE, parcel(), []).code == "0"


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "{}", "[]", "null", "0", '"0"', "<html>", '{"code":null}', '{"code":false}'),
        *('{"code":0.0}', '{"code":""}', '{"code":[]}', '{"code":"0x0"}', '{"code":null,"Old":0}'),
        *("\x00", "[" * 5000, '{"code":"٠"}', '{"Code":0}'),
    ],
)
def test_anything_else_is_no_yes(body: str) -> None:
    assert refused(body).outcome == "unknown"


def test_the_first_name_of_the_code_decides() -> None:
    assert refused('{"Old":0,"code":1,"msg":"x"}').code == "1"


def test_a_yes_under_an_error_status_is_no_yes() -> None:
    assert refused('{"code":0}', status=502).code == "http_502"


@pytest.mark.parametrize("body", ["<html>", '{"code":0}', '{"code":99}'])
@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"retry_after": "7", "x_ogw_ratelimit_reset": "9"}, 7),
        ({"x_ogw_ratelimit_reset": "9"}, 9),
        ({}, 60),
    ],
)
def test_a_429_is_the_platforms_limit_whatever_it_says_besides(
    body: str, headers: dict[str, str], after: float
) -> None:
    error = refused(body, 429, **headers)

    assert (error.outcome, error.after) == ("rate_limited", after)


def test_words_come_before_the_bare_code() -> None:
    assert refused('{"code":1,"msg":"too SLOW"}').outcome == "rate_limited"
    assert refused('{"code":1,"msg":"other"}').outcome == "gone"


def test_pauses_grow_and_the_last_one_stays() -> None:
    pauses = [refused('{"code":1,"msg":"slow"}', attempt=n).after for n in (1, 2, 3)]

    assert pauses == [1, 5, 5]


def test_after_some_tries_they_are_rare_or_over() -> None:
    assert [refused('{"code":2}', attempt=n).after for n in (2, 3)] == [None, SLOW]
    assert [refused('{"code":3}', attempt=n).outcome for n in (1, 2)] == [
        "retry",
        "permanent_config",
    ]


def test_an_address_in_the_message_is_told() -> None:
    assert refused('{"code":1,"msg":"from ip: 1.2.3.4, more"}').facts["ip"] == "1.2.3.4"
    assert refused('{"code":1,"msg":"nothing"}').facts["ip"] == "…"


@pytest.mark.parametrize(("minutes", "clock"), [(0, False), (4, False), (-9, True), (70, True)])
def test_a_clock_that_is_off_is_the_likelier_reason(minutes: int, clock: bool) -> None:
    date = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes), usegmt=True)

    assert (refused('{"code":4}', date=date).hint == answers.CLOCK_HINT) is clock


def test_without_a_date_nothing_is_said_about_the_clock() -> None:
    assert refused('{"code":4}').hint == "e"
    assert refused('{"code":4}', date="yesterday").hint == "e"


@pytest.mark.parametrize("attempt", [1, 3, 11])
@pytest.mark.parametrize("code", [99, -2, 999_999_999_999])
def test_a_code_that_nobody_told_us_of_is_never_the_end(code: int, attempt: int) -> None:
    error = refused(f'{{"code":{code},"msg":"?"}}', attempt=attempt)

    assert (error.outcome, error.code, remedy(error)) == ("retry", str(code), "fallback")


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 505, 520, 599, 408, 425])
@pytest.mark.parametrize("body", ['{"code":1}', '{"code":5}', '{"code":99}', '{"code":0}', "<p>"])
def test_a_status_that_says_later_goes_before_the_code(status: int, body: str) -> None:
    error = refused(body, status)

    assert (error.outcome, error.code, remedy(error)) == ("retry", f"http_{status}", "")


def test_a_code_that_also_says_later_says_for_how_long() -> None:
    assert refused('{"code":1,"msg":"slow"}', status=503).after == 1


@pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404, 405, 410, 413, 418, 422, 451])
def test_a_status_without_a_code_of_the_platform_may_be_a_proxys(status: int) -> None:
    error = refused("<html>", status)

    assert (error.outcome, remedy(error)) == ("retry", "fallback")


def test_what_is_refused_in_the_plainest_form_too_goes_without_the_visitors_words() -> None:
    def softer(plain: bool) -> str:
        with pytest.raises(SendError) as caught:
            answers.acceptance(answer('{"code":5}'), TABLE, parcel(fallback=plain), [])
        return remedy(caught.value)

    assert (softer(False), softer(True)) == ("fallback", "neutral")


def test_a_setting_that_is_empty_is_asked_for() -> None:
    def said(*empty: str) -> tuple[str, str]:
        with pytest.raises(SendError) as caught:
            answers.acceptance(answer('{"code":6}'), TABLE, parcel(), [], empty=empty)
        return caught.value.hint, caught.value.facts["field"]

    assert (said(), said("secret")) == (("g", "secret"), ("h", "secret"))


@pytest.mark.parametrize(
    "body",
    [
        '{"code":0,"Old":5}',
        '{"code":"0","success":false}',
        '{"code":1,"code":0}',
        '{"code":0,"Old":null}',
        '{"code":"00"}',
        '{"code":-0.0}',
        '{"code":0,"x":NaN}',
    ],
)
def test_a_yes_beside_a_no_is_no_yes(body: str) -> None:
    assert refused(body).outcome in ("unknown", "retry", "permanent_content")


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"code":0}',
        '{"code":0,"msg":"成功"}'.encode("gb18030"),
        '{"code":0,"msg":"ok"}'.encode("utf-16"),
        b'{"code":0,"n":' + b"9" * 9000 + b"}",
    ],
)
def test_a_yes_is_one_in_any_encoding(body: bytes) -> None:
    said = Answer(200, {}, body, truncated=False, duration_ms=1)

    assert answers.acceptance(said, TABLE, parcel(), []).code == "0"


def test_what_is_shown_is_short_clean_and_without_secrets() -> None:
    error = refused('{"code":99,"msg":"' + "s3cret \\u0000" * 1000 + '"}')

    assert len(error.message) <= 500
    assert len(error.response) <= 2048
    assert "s3cret" not in str(vars(error))
    assert "\x00" not in error.message


@pytest.mark.parametrize("value", [True, None, 1.0, "", "-", "1 ", "1" * 13, [], {}])
def test_what_is_no_code_is_none(value: Any) -> None:
    assert answers.as_code(value) is None
