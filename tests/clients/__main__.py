"""Makes both clients, and a program with each that leaves, lists, pages, handles and is refused."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.processes import ROOT, Process, command, serve
from tools import clients, environment, npm

HERE = Path(__file__).parent
UNCHECKED = "the client for TypeScript"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.clients", description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "dist" / "clients")
    folder = parser.parse_args().folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lm-clients-") as data:
        product = serve(Path(data) / "data", LEAVEMSG_API_PER_MINUTE="600").start()
        try:
            document = folder / "openapi.json"
            made = command("openapi", env=product.env)
            assert made.returncode == 0, made.stderr
            document.write_text(made.stdout, "utf-8")
            return _both(document, folder, product)
        except (clients.Failed, environment.Failed) as error:
            sys.stderr.write(f"{error}\n")
            return 1
        finally:
            product.stop()


def _both(document: Path, folder: Path, product: Process) -> int:
    wheel = clients.python(document, folder)
    asyncio.run(product.ready())
    python = _use(product, environment.python(clients.TOOLS), "use.py", PYTHONPATH=str(wheel))
    try:
        package = clients.typescript(document, folder)
    except npm.Missing as error:
        sys.stderr.write(f"{error} Not checked: {UNCHECKED}.\n")
        return python
    with tempfile.TemporaryDirectory(prefix="lm-clients-") as place:
        return python | _use(product, "node", str(_compiled(package, Path(place))))


def _compiled(package: Path, place: Path) -> Path:
    """The program in TypeScript beside its client, as in a project that has installed it."""
    installed = place / "node_modules"
    installed.mkdir()
    (installed / "leavemsg-client").symlink_to(package)
    shutil.copy(HERE / "use.ts", place)
    (place / "package.json").write_text('{"type": "module"}', "utf-8")
    settings = '{"extends": "%s", "files": ["use.ts"]}' % (package / "tsconfig.json")
    (place / "tsconfig.json").write_text(settings, "utf-8")
    clients.node("tsc", "--project", str(place))
    return place / "use.js"


def _use(product: Process, program: str, script: str, **changes: str) -> int:
    """The exit code of a program that gets a token and the address of the product."""
    token = product.token(name=Path(script).name)
    given = {"LEAVEMSG_URL": product.url, "LEAVEMSG_TOKEN": token}
    done = subprocess.run([program, script], cwd=HERE, env={**os.environ, **given, **changes})
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
