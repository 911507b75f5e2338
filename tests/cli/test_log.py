"""Log lines."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from structlog.contextvars import bound_contextvars

from cli import log
from tests.browser.product import EMAIL, PASSWORD, organization
from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors
from tests.processes import serve
from tests.web.reading import Page

LIBRARIES = ("aiosqlite", "httpx", "httpcore.http11", "arq.worker", "asyncio", "uvicorn.error", "x")
BOTS = [
    *((kind, f"canary-key-{kind}") for kind in ("wecom", "dingtalk", "feishu", "hook")),
    ("wecom", "canary-key-gone"),
]
ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)
CANARIES = ("canary", "金丝雀", "13911112222", "退款", EMAIL, PASSWORD, "owner@")


class Unsayable:
    def __repr__(self) -> str:
        raise RuntimeError("canary")


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """What was logged since, as machines read it."""
    root = logging.getLogger()
    names = (*log.OURS, *LIBRARIES)
    before = (root.level, list(root.handlers), {n: logging.getLogger(n).level for n in names})

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


@pytest.mark.parametrize("odd", [{(1, 2): 3}, ENDLESS, Unsayable()])
def test_no_line_fails_what_it_is_about(lines: Any, odd: Any) -> None:
    log.configure("info")
    structlog.get_logger("web.odd").info("request", ok=object, odd=odd)
    (line,) = lines()
    assert (line["event"], line["level"], line["logger"]) == ("request", "info", "web.odd")
    assert (line["unwritten"], "odd" in line) == (True, False)


def test_no_fact_takes_the_place_of_ours(lines: Any) -> None:
    log.configure("info")
    facts = {"timestamp": "never", "level": "debug", "logger": "web", "error": "kept"}
    logging.getLogger("x").warning("odd", extra=facts)
    (line,) = lines()
    assert (line["level"], line["logger"], line["error"]) == ("warning", "x", "kept")
    assert line["timestamp"].endswith("Z")


def test_no_line_is_asked_where_it_comes_from(lines: Any, caplog: pytest.LogCaptureFixture) -> None:
    """It costs more than the rest of a line, and nobody is shown it."""
    log.configure("info")
    logging.getLogger("app").addHandler(caplog.handler)
    try:
        logging.getLogger("app").info("sent")
    finally:
        logging.getLogger("app").removeHandler(caplog.handler)
    (record,) = caplog.records
    assert (record.pathname, record.lineno, record.funcName) == (
        "(unknown file)",
        0,
        "(unknown function)",
    )
    assert (record.thread, record.process) == (None, None)


def test_a_line_says_which_request_or_send_it_belongs_to(lines: Any) -> None:
    log.configure("info")
    with bound_contextvars(dispatch="d-1", request_id="r-1"):
        logging.getLogger("app.database").error("database unavailable")
    logging.getLogger("app").info("later")
    first, second = lines()
    assert (first["dispatch"], first["request_id"]) == ("d-1", "r-1")
    assert "dispatch" not in second


def test_an_exception_is_its_types_and_places(lines: Any) -> None:
    log.configure("info")
    try:
        try:
            raise OSError(errno.ENOSPC, "canary")
        except OSError as error:
            raise ValueError("canary\nlines") from error
    except ValueError:
        logging.getLogger("app").exception("failed")
    (line,) = lines()
    assert (line["event"], line["error"]) == ("failed", "ValueError")
    assert {"ValueError", "OSError ENOSPC"} <= set(line["trace"])
    assert "canary" not in json.dumps(line)


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
    for name in LIBRARIES:
        logging.getLogger(name).info("a request to https://example.com/?key=canary")
    assert lines() == []


def test_a_library_with_a_level_of_its_own_is_not_heard_either(lines: Any) -> None:
    log.configure("debug")
    logging.getLogger("aiosqlite").setLevel(logging.DEBUG)
    logging.getLogger("aiosqlite").debug("executing %s", "canary")
    assert lines() == []


def test_of_a_library_s_trouble_the_sentence_is_told_without_what_it_is_about(lines: Any) -> None:
    log.configure("info")
    try:
        raise ValueError("canary")
    except ValueError:
        logging.getLogger("asyncio").exception("a task of %s failed", "canary")
    (line,) = lines()
    assert (line["event"], line["error"]) == ("a task of %s failed", "ValueError")
    assert "canary" not in json.dumps(line)


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
async def test_a_whole_path_leaves_no_trace_of_anybody(tmp_path: Path, level: str) -> None:
    """From the form to every kind of channel, and a sign-in, good and bad."""
    async with FakeVendors() as fakes, FakeMail() as mail:
        mail.passwords = {"good-canary-secret"}
        running = serve(
            tmp_path / "data", LEAVEMSG_LOG_LEVEL=level, LEAVEMSG_CA_FILE=mail.ca_file
        ).start()
        try:
            await running.ready()
            async with organization(running) as shop:
                shop.notify(*channels(fakes, mail))
                async with httpx.AsyncClient(base_url=running.url) as visitor:
                    await leaves(visitor, shop.slug)
                    await signs_in(visitor)
                await told(fakes, mail)
        finally:
            running.stop()
    written = running.log.read_text()
    found = [each for each in CANARIES if each in written or each.encode().hex() in written]
    assert found == [], written[:4000]
    assert level in {"warning", "error"} or "/w/{slug}" in written


def channels(fakes: FakeVendors, mail: FakeMail) -> list[dict[str, Any]]:
    account = {"user": "canary-user@shop.example", "pass": "good-canary-secret"}
    smtp = {"host": "127.0.0.1", "port": mail.port("starttls"), "secure": True, "auth": account}
    robots = [
        {"type": kind, "webhook_url": fakes.add_bot(kind, f"canary-key-{kind}")}
        for kind in ("wecom", "dingtalk", "feishu")
    ]
    hook = {"type": "custom", "webhook_url": fakes.add_hook("canary-key-hook")}
    refused = {
        "type": "wecom",
        "webhook_url": fakes.add_bot("wecom", "canary-key-gone", state="removed"),
    }
    letter = {"type": "email", "smtp_config": smtp, "to": ["canary-team@shop.example"]}
    return [*robots, hook, refused, letter]


async def leaves(visitor: httpx.AsyncClient, slug: str) -> None:
    body = {
        "org": slug,
        "visitor": {"name": "金丝雀", "phone": "13911112222", "email": "canary@visitor.example"},
        "message": {"content": "canary-words 我想退款"},
        "page_url": "https://shop.example/canary-page",
    }
    headers = {"User-Agent": "canary-browser", "Idempotency-Key": "canary-idempotency"}
    answer = await visitor.post("/api/v1/leavemsg/messages", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    form = Page(await visitor.get(f"/w/{slug}"))
    await visitor.post(f"/w/{slug}", data={**form.values, "content": "canary-words", "phone": "1"})


async def signs_in(visitor: httpx.AsyncClient) -> None:
    for email, password in (
        (EMAIL, PASSWORD),
        (EMAIL, "canary-password"),
        ("canary@nobody.example", "canary-password"),
    ):
        data = {"email": email, "password": password}
        await visitor.post("/login", data=data, headers={"Origin": str(visitor.base_url)})


async def told(fakes: FakeVendors, mail: FakeMail) -> None:
    async with asyncio.timeout(20):
        while not (mail.messages and all(fakes.calls(*each) for each in BOTS)):
            await asyncio.sleep(0.05)
