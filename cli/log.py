"""Log lines: JSON for machines, plain words on a terminal. Ids yes, people and secrets never."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable, Iterator

import structlog

QUIET = (
    *("httpx", "httpcore", "aiosmtplib", "mail.log", "arq", "asyncio"),
    *("uvicorn.access", "uvicorn.error", "piccolo"),
)


def configure(level: str) -> None:
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
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
                structlog.processors.format_exc_info,
                render,
            ],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))


@contextlib.contextmanager
def only_warnings() -> Iterator[Callable[[], bool]]:
    """Holds back what is less than a warning. What it yields says whether one was logged since it
    was last asked."""
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
