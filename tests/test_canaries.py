"""What watches all other tests catches what it must."""

from __future__ import annotations

import logging
from pathlib import Path

import httpx
import pytest
import structlog

from app.people import tokens
from app.tables import Organization
from tests import canaries
from tests.canaries import SIEVE

PLANTED = [
    f"called {canaries.PHONE} back",
    "to 13911112222",
    f"mail to {canaries.EMAIL}",
    canaries.NAME,
    canaries.WORDS,
    f"bad password {canaries.PASSWORD}",
    "POST https://oapi.dingtalk.com/robot/send?access_token=abc",
    "lm_abcdefghijkl_" + "x" * 43,
]
HARMLESS = [
    "request 01a22d10-7cc0-73c5-adcd-0d7a0de30d16 13800138000f status 200",
    "sent dispatch=0191380013800012 in 1380 ms",
    "urn:leavemsg:problem:not_found",
]


@pytest.mark.parametrize("logger", ["app.deliveries", "web", "tasks.sweep", "cli", "piccolo_conf"])
def test_a_person_or_secret_in_any_line_is_caught_at_any_level(logger: str) -> None:
    for line in PLANTED:
        logging.getLogger(logger).debug(line)
        logging.getLogger(logger).info("sent", extra={"why": line})
        assert len(SIEVE.take()) == 2, line
    for line in HARMLESS:
        logging.getLogger(logger).error(line)
    assert SIEVE.take() == []


def test_so_is_one_in_a_line_of_the_web(configure: object) -> None:
    structlog.get_logger("web.access").info("request", route=f"/w/{canaries.PHONE}")
    assert len(SIEVE.take()) == 1


async def test_so_is_a_token_in_a_request_that_is_logged(org: Organization) -> None:
    logging.getLogger("app").info(await tokens.create(org.id, "x", ["submit"]))
    assert len(SIEVE.take()) == 1


def test_so_is_a_password_in_an_answer_and_a_token_in_an_address() -> None:
    typed = f'value="{canaries.PASSWORD}"'.encode()
    SIEVE.look_at_answer("/account", httpx.Response(422), typed)
    led = httpx.Response(303, headers={"location": f"/x?t={PLANTED[-1]}"})
    SIEVE.look_at_answer("/x", led, b"")
    assert len(SIEVE.take()) == 2
    SIEVE.look_at_answer("/settings/tokens/new", httpx.Response(200), PLANTED[-1].encode())
    SIEVE.look_at_answer("/setup/x", httpx.Response(422), typed)
    assert SIEVE.take() == []


def test_so_is_what_a_process_or_a_redis_has_left(tmp_path: Path) -> None:
    folder = tmp_path / "redis" / "appendonlydir"
    folder.mkdir(parents=True)
    (folder / "appendonly.aof.1.incr.aof").write_bytes(b"\r\n$11\r\n13800138000\r\n\xff")
    said = f'The worker runs.\n{{"dispatch": "x", "event": "sent to {canaries.EMAIL}"}}\n'
    (tmp_path / "data.log").write_text(said)
    (tmp_path / "demo.log").write_text("Sign in as demo@leavemsg.example.")
    assert len(list(canaries.in_files(tmp_path))) == 2
    for path in (*folder.iterdir(), tmp_path / "data.log"):
        path.unlink()
    assert list(canaries.in_files(tmp_path)) == []


async def test_every_client_of_the_application_is_watched(visitor: httpx.AsyncClient) -> None:
    assert isinstance(visitor._transport, canaries.Watched)
    # A page may show a password to nobody, not even to who typed it.
    page = await visitor.get(f"/w/default?name={canaries.PASSWORD}")
    assert page.status_code == 200
    assert SIEVE.take() == []
