"""Log lines: JSON for machines, plain words on a terminal. Ids yes, people and secrets never."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import structlog

from app import trace

OURS = ("app", "web", "tasks", "cli", "piccolo_conf")
"""The operator's level applies to these. A library's lines may hold any data: a database driver
logs values, an HTTP client addresses."""
FOREIGN = logging.WARNING
OF_EVERY_LINE = ("event", "level", "logger", "timestamp")


def configure(level: str) -> None:
    # No line says where in the code it comes from, in which thread or process:
    # https://docs.python.org/3/howto/logging.html#optimization
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    shared: list[structlog.typing.Processor] = [
        # The request or the send that a line belongs to.
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _places,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=True) if sys.stderr.isatty() else _as_json
    )

    def whole(logger: Any, name: str, event: structlog.typing.EventDict) -> Line:
        try:
            return Line(render(logger, name, event))
        except Exception:
            # What a line is about goes on, whatever is odd about a value of it.
            told = {fact: event[fact] for fact in OF_EVERY_LINE}
            return Line(render(logger, name, {**told, "unwritten": True}))

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        Formatter(
            # A library's own facts first: none takes the place of ours.
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                render,
            ],
        )
    )
    handler.addFilter(_discreet)
    chosen = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=max(FOREIGN, chosen), handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(chosen)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, whole],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class Line(str):
    """One that structlog has written already; the standard library's are written by the
    formatter."""


class Formatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return record.msg if isinstance(record.msg, Line) else super().format(record)


# Made once: json.dumps, which structlog uses, makes one for each line.
_encoder = json.JSONEncoder(ensure_ascii=False, default=repr)


def _as_json(_: object, __: str, event: structlog.typing.EventDict) -> str:
    return _encoder.encode(event)


@contextlib.contextmanager
def only_warnings() -> Iterator[Callable[[], bool]]:
    """Hides lines below warning. Yields a function: whether one was logged since its last call."""
    seen: list[int] = []

    def passes(record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING:
            seen.append(record.levelno)
        return record.levelno >= logging.WARNING

    def logged() -> bool:
        found = bool(seen)
        seen.clear()
        return found

    handlers = logging.getLogger().handlers
    for handler in handlers:
        handler.addFilter(passes)
    try:
        yield logged
    finally:
        for handler in handlers:
            handler.removeFilter(passes)


def _discreet(record: logging.LogRecord) -> bool:
    """A filter: from libraries only warnings and errors, whatever their own level, and without the
    values in them."""
    if record.name.partition(".")[0] in OURS:
        return True
    record.args = None
    return record.levelno >= FOREIGN


def _places(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Types and places of an exception; its message may quote what somebody wrote."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"], event["trace"] = type(error).__qualname__, trace.of(error)
    return event
