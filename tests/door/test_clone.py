"""The README's first command and its second headline, in a fresh clone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.door.conftest import User
from tests.processes import free_port

pytestmark = pytest.mark.timeout(400)

SET_UP = "Set up here, once, within an hour: "


def test_make_run_and_make_demo_work_in_a_fresh_clone(newcomer: User, clone: Path) -> None:
    make = ("make", "--no-print-directory", "-C", str(clone))
    with newcomer.runs(*make, "run", until=SET_UP) as log:
        link = re.search(rf"{SET_UP}(\S+)", log.read_text("utf-8"))
        assert link
        assert newcomer.opens(link[1])[0] == 200
    assert (clone / "data" / "leavemsg.sqlite").exists()
    assert list(newcomer.here.iterdir()) == []

    fakes = f"ARGS=--fakes-port {free_port()}"
    with newcomer.runs(*make, "demo", fakes, until="What the fakes got") as log:
        printed = dict(re.findall(r"^(.+?) {2,}(http\S+)", log.read_text("utf-8"), re.M))
        assert newcomer.opens(printed["The visitor's form"])[0] == 200
        newcomer.waits_until_everybody_was_told(printed["What the fakes got"])
