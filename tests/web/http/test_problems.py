"""Who is answered how. The shape itself is tested in test_error_shape."""

from __future__ import annotations

import structlog

from web.http import problems


def _raise(error: Exception) -> None:
    raise error


def test_a_report_names_every_link_of_the_chain_and_no_message() -> None:
    try:
        try:
            _raise(KeyError("13800138000"))
        except KeyError as inner:
            raise ValueError("zhangsan@example.com") from inner
    except ValueError as error:
        with structlog.testing.capture_logs() as logs:
            problems.report(error, "r1")

    (line,) = logs
    assert (line["event"], line["error"], line["request_id"]) == ("unexpected", "ValueError", "r1")
    assert "KeyError" in line["trace"]
    assert any(place.endswith(" _raise") for place in line["trace"])
    assert "13800138000" not in repr(line)
    assert "zhangsan" not in repr(line)


def test_a_request_without_an_id_has_an_empty_one() -> None:
    assert problems.request_id_of({}) == ""
    assert problems.request_id_of({"state": {"request_id": "r1"}}) == "r1"
