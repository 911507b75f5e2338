"""Secrets and people that the tests use everywhere, and where they must never be found: in the
log, in the files of a Redis, in an answer of ours that shows a password."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import structlog

from cli import log

NAME, PHONE, EMAIL = "张三", "13800138000", "zhangsan@example.com"
WORDS = "我想咨询一下产品价格"
PASSWORD = "correct horse 9"
TOKEN = re.compile(r"lm_[a-z0-9]{12}_[A-Za-z0-9]{43}")
NEVER = re.compile(
    # Everybody's number and address, not only those of the people above.
    r"(?<![\w.-])1[3-9]\d{9}(?![\w.-])|[\w.+-]+@[\w-]+\.[a-z]{2,}"
    rf"|{NAME}|{WORDS}|{PASSWORD}|{TOKEN.pattern}"
    rf"|access_token=\w|[?&]key=\w|sid=[\w-]{{20}}"
)
OUR_LINE = re.compile(r'^\{.*"event": ?".*$', re.MULTILINE)
"""In the log of a process; what a command prints for whoever typed it is none."""


class Sieve(logging.Handler):
    """Hears every line as the product writes it, and keeps those that say too much."""

    def __init__(self) -> None:
        super().__init__()
        self._found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.look(self.format(record))

    def look(self, text: str) -> None:
        if NEVER.search(text):
            self._found.append(text)

    def look_at_answer(self, path: str, answer: httpx.Response, body: bytes) -> None:
        """A password is in none; a token is in no address. Only at the set-up somebody is shown the
        password that they are to write down."""
        place = str(answer.headers.get("location", ""))
        shown = PASSWORD.encode() in body and not path.startswith("/setup/")
        if shown or PASSWORD in place or TOKEN.search(place):
            self._found.append(f"{answer.status_code} {place} {body.decode(errors='replace')}")

    def take(self) -> list[str]:
        """What was found since."""
        found, self._found = self._found, []
        return found


SIEVE = Sieve()


def listen() -> None:
    """To all that the product logs, at its most talkative. Again where a test has changed it."""
    if all(SIEVE in logging.getLogger(name).handlers for name in log.OURS) and all(
        logging.getLogger(name).level == logging.DEBUG for name in log.OURS
    ):
        return
    root = logging.getLogger()
    before = root.handlers[:]
    root.handlers.clear()
    log.configure("debug")
    # A logger that were kept would not be heard by a test that listens for itself.
    structlog.configure(cache_logger_on_first_use=False)
    [handler] = root.handlers
    SIEVE.setFormatter(handler.formatter)
    root.handlers[:] = before
    for name in log.OURS:
        logging.getLogger(name).addHandler(SIEVE)


def in_files(folder: Path) -> Iterator[str]:
    """What is found in the logs of processes, and in all that a Redis was ever told."""
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names if name.endswith((".log", ".aof"))):
            text = path.read_text(errors="replace")
            if path.suffix == ".log":
                text = "\n".join(OUR_LINE.findall(text))
            if found := NEVER.search(text):
                yield f"{path}: {found[0]}"


class Watched(httpx.ASGITransport):
    """Looks at every answer of the application."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        body = b"".join(answer.stream._body)  # type: ignore[union-attr]
        SIEVE.look_at_answer(request.url.path, answer, body)
        return answer
