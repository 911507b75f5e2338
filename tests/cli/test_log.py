"""Log lines."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from cli import log


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """What was logged since, as machines read it."""
    root = logging.getLogger()
    before = (root.level, list(root.handlers), {n: logging.getLogger(n).level for n in log.QUIET})

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    yield read
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)


def test_a_line_is_json_with_its_facts(lines: Any) -> None:
    log.configure("info")
    logging.getLogger("app.deliveries").info("sent 通知", extra={"dispatch": "d-1", "tries": 2})
    (line,) = lines()
    assert (line["event"], line["level"], line["logger"]) == ("sent 通知", "info", "app.deliveries")
    assert (line["dispatch"], line["tries"]) == ("d-1", 2)
    assert line["timestamp"].endswith("Z")


def test_an_exception_is_one_line(lines: Any) -> None:
    log.configure("info")
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("app").exception("failed")
    (line,) = lines()
    assert line["event"] == "failed"
    assert "ValueError" in line["exception"]


def test_what_somebody_typed_makes_no_line_of_its_own(lines: Any) -> None:
    log.configure("info")
    logging.getLogger("app").warning('x\n{"level": "critical"}\x1b[31m')
    (line,) = lines()
    assert line["level"] == "warning"


def test_the_level_is_the_operators(lines: Any) -> None:
    log.configure("warning")
    logging.getLogger("app").info("quiet")
    logging.getLogger("app").warning("loud")
    assert [line["event"] for line in lines()] == ["loud"]


@pytest.mark.parametrize("level", ["debug", "info", "error"])
def test_libraries_speak_only_of_trouble(lines: Any, level: str) -> None:
    log.configure(level)
    for name in log.QUIET:
        logging.getLogger(name).info("a request to https://example.com/?key=canary")
    assert lines() == []
