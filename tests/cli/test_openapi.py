"""openapi."""

from __future__ import annotations

from pathlib import Path

from app import settings
from tests.application import application
from tests.cli.conftest import Env, answer
from tests.processes import command
from web.api.openapi import describe


def test_it_prints_the_document_that_the_server_answers(fresh: Env) -> None:
    base = settings.current().base_url
    printed = command("openapi", "--pretty", env={**fresh, "LEAVEMSG_BASE_URL": base})

    assert answer(printed) == describe(application(settings.current()))
    assert printed.stdout.count("\n") > 10_000
    assert not Path(fresh["LEAVEMSG_DATA_DIR"]).exists()
