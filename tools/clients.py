"""Makes clients for the API, in Python and TypeScript, of an OpenAPI document.

    leavemsg openapi > openapi.json
    python -m tools.clients openapi.json dist/clients

The generators are installed by tools/clients.lock and tools/typescript/package-lock.json, with
their hashes. Without Node the client for TypeScript is left out, and named.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from app.settings import VERSION
from tools import environment, npm

ROOT = Path(__file__).resolve().parent.parent
TOOLS, NODE = ROOT / "build" / "clients", ROOT / "build" / "typescript"
LOCK, SETTINGS = ROOT / "tools" / "clients.lock", ROOT / "tools" / "clients.yaml"
TYPESCRIPT = ROOT / "tools" / "typescript"


class Failed(Exception):
    """A generator refused the document; the text is its own."""


def main(argv: list[str]) -> int:
    if len(argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    document, folder = (Path(each).absolute() for each in argv)
    try:
        print(python(document, folder))
        print(typescript(document, folder))
    except npm.Missing as error:
        print(f"{error} Not made: the client for TypeScript.", file=sys.stderr)
    except (Failed, environment.Failed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def python(document: Path, folder: Path) -> Path:
    """The wheel. Raises Failed, also for what the generator only warns of."""
    generator = environment.program("openapi-python-client", TOOLS, LOCK)
    source, before = folder / "python", {*folder.glob("*.whl")}
    for each in before:
        each.unlink()
    shutil.rmtree(source, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    _run(
        *(generator, "generate", "--path", str(document), "--config", str(SETTINGS)),
        *("--meta", "setup", "--output-path", str(source), "--fail-on-warning"),
    )
    _run(
        *(environment.python(TOOLS), "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"),
        *("--no-build-isolation", "--wheel-dir", str(folder), str(source)),
    )
    [wheel] = folder.glob("*.whl")
    return wheel


def typescript(document: Path, folder: Path) -> Path:
    """The folder of the package, built. Raises Failed and npm.Missing."""
    npm.install(TYPESCRIPT, NODE)
    package = folder / "typescript"
    shutil.rmtree(package, ignore_errors=True)
    package.mkdir(parents=True)
    for name in ("index.ts", "tsconfig.json"):
        shutil.copy(TYPESCRIPT / name, package)
    (package / "node_modules").symlink_to(NODE / "node_modules")
    fetch = json.loads((TYPESCRIPT / "package.json").read_text("utf-8"))["devDependencies"]
    about = {
        "name": "leavemsg-client",
        "version": VERSION,
        "type": "module",
        "main": "index.js",
        "types": "index.d.ts",
        "files": ["index.js", "index.d.ts", "schema.d.ts"],
        "dependencies": {"openapi-fetch": fetch["openapi-fetch"]},
    }
    (package / "package.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")
    node("openapi-typescript", str(document), "--output", str(package / "schema.d.ts"))
    node("tsc", "--project", str(package))
    return package


def node(name: str, *arguments: str) -> None:
    """A program of the installed tools. Raises Failed."""
    _run(str(NODE / "node_modules" / ".bin" / name), *arguments)


def _run(*command: str) -> None:
    places = os.pathsep.join([str(TOOLS / "bin"), os.environ["PATH"]])
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": places}
    )
    if done.returncode:
        raise Failed(f"{Path(command[0]).name}:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
