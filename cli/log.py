"""Log lines: JSON for machines, plain words on a terminal. Ids yes, people and secrets never."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable, Iterator

import structlog

from app import trace

OURS = ("app", "web", "tasks", "cli", "piccolo_conf")
"""The operator's level applies to these. A library's lines may hold any data: a database driver
logs values, an HTTP client addresses."""
FOREIGN = logging.WARNING


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
        structlog.stdlib.ExtraAdder(),
        _places,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=True)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
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
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


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
