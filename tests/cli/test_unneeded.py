"""What no process of the product holds in memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli import unneeded
from tests.documents import ROOT

WHAT_IS_THERE = """
import sys
from cli.main import commands
commands.get_command(None, "serve")
import cli.bundled
from app import limits
from web.asgi import bare
bare()
cli.bundled.binary()
limits.connect("redis://localhost:6379")
print(*sorted({name.partition(".")[0] for name, module in sys.modules.items() if module}))
"""


def test_the_product_is_put_together_without_them() -> None:
    made = subprocess.run(
        [sys.executable, "-c", WHAT_IS_THERE], cwd=ROOT, capture_output=True, text=True, check=True
    )

    there = set(made.stdout.split())
    assert {"cli", "httpx", "litestar", "piccolo"} <= there
    assert there & {"attr", "pydantic", "pydantic_core", "rich", "pygments", "valkey"} == set()


def test_what_is_there_before_a_command_is_chosen_brings_no_library_of_others() -> None:
    """What is imported before them is imported with all that it finds."""
    given = [sys.executable, "-c", "import sys, cli.main; print(*sys.modules)"]
    made = subprocess.run(given, cwd=ROOT, capture_output=True, text=True, check=True)

    there = {name.partition(".")[0] for name in made.stdout.split()}
    assert {"app", "cli", "click", "msgspec"} <= there
    assert there & {"cryptography", "httpx", "litestar", "piccolo", "redis", "structlog"} == set()


NEEDED = """
import sys
from pathlib import Path
from cli import unneeded
Path("newer.py").write_text("import {name}")
sys.path.insert(0, "")
print(unneeded.imported("newer").{name}.__name__)
"""


@pytest.mark.parametrize("name", ["attr", "no_such_library"])
def test_what_a_newer_release_cannot_do_without_comes_in(tmp_path: Path, name: str) -> None:
    (tmp_path / "attr.py").write_text("")

    given = [sys.executable, "-c", NEEDED.format(name=name)]
    made = subprocess.run(
        given, cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}
    )

    if name in unneeded.NEVER:
        assert made.stdout == "attr\n", made.stderr
    else:
        assert "No module named 'no_such_library'" in made.stderr


def test_what_is_imported_already_stays() -> None:
    before = {name: sys.modules.get(name) for name in unneeded.NEVER}
    try:
        sys.modules["pydantic"] = sys
        unneeded.leave_out()
        assert sys.modules["pydantic"] is sys
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
