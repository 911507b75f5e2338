"""Builds the scripts of the pages from web/scripts, or checks them and the styles.

    python tools/faces.py           build web/static/js and the widget's script (needs npm)
    python tools/faces.py --check   compare, and check types and styles where npm can install

What is built is committed, so that neither an installation nor a test needs Node or a network.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.widget import words  # noqa: E402
from tools import npm  # noqa: E402

SOURCES = ROOT / "web" / "scripts"
BUILT = ROOT / "web" / "static" / "js"
WIDGET = ROOT / "web" / "visitor" / "v1.js"
# Sources and what was built from them: shows without Node what was changed since.
SUMS = BUILT / "SHA256SUMS"
SETTINGS = ROOT / "tools" / "node"
# In the environment, so that the tree stays free of other people's files.
INSTALLED = Path(sys.prefix) / "node"
PAGES = (
    *("console", "live", "visitor", "form_builder", "widget_settings", "proof", "theme", "passkey"),
    "files",
)
WIDGETS = "embed"
WORDS = SOURCES / "embed" / "words.js"
FLAGS = ("--bundle", "--minify", "--format=iife", "--charset=utf8", "--log-level=warning")
# Older browsers than htmx asks for: without it a draft is still kept. The widget runs on pages that
# are not ours.
LANGUAGE, OLD_LANGUAGE = "es2018", "es5"
UNCHECKED = "the types of the scripts, the styles, and whether a build gives the same bytes"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    only_check = parser.parse_args(argv).check
    stale = report(changed()) if only_check else False
    try:
        npm.install(SETTINGS, INSTALLED)
    except npm.Missing as error:
        print(f"{error} Not checked: {UNCHECKED}." if only_check else error, file=sys.stderr)
        return 1 if stale or not only_check else 0
    return check() | stale if only_check else write()


def write() -> int:
    WORDS.write_text(words.script(), encoding="utf-8")
    built = build()
    if built is None:
        return 1
    for path, content in built.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    SUMS.write_text("".join(f"{line}\n" for line in sums()), encoding="utf-8")
    return 0


def check() -> bool:
    """Whether the tools of Node find a fault. They say which."""
    types = run("tsc", "-p", str(SETTINGS / "tsconfig.json"))
    styles = run(
        "stylelint",
        *("--config", str(SETTINGS / "stylelint.json"), "--config-basedir", str(INSTALLED)),
        str(ROOT / "web/static/css/**/*.css"),
    )
    return report(differing()) or not types or not styles


def report(found: list[str]) -> bool:
    for path in found:
        print(f"{path}: changed and not built, run `make faces`", file=sys.stderr)
    return bool(found)


def changed() -> list[str]:
    """Sources and built files that are not those of the last build, new and missing ones too."""
    known = SUMS.read_text(encoding="utf-8").splitlines()
    found = {line.partition("  ")[2] for line in set(known) ^ set(sums())}
    if WORDS.read_text(encoding="utf-8") != words.script():
        found.add(named(WORDS))
    return sorted(found)


def sums() -> list[str]:
    """As `sha256sum --check` reads them at the root of the tree."""
    paths = sorted([*SOURCES.rglob("*.js"), *BUILT.glob("*.js"), WIDGET])
    return [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {named(path)}" for path in paths]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def differing() -> list[str]:
    """Built files of which a build would give other bytes."""
    built = build() or {}
    return [named(path) for path, content in built.items() if path.read_bytes() != content]


def build() -> dict[Path, bytes] | None:
    """The bytes of each built script, or nothing if a source cannot be read."""
    with tempfile.TemporaryDirectory() as folder:
        pages = [str(SOURCES / f"{name}.js") for name in PAGES]
        widget = str(SOURCES / f"{WIDGETS}.js")
        out = f"--outdir={folder}"
        if not run("esbuild", *pages, *FLAGS, f"--target={LANGUAGE}", out):
            return None
        if not run("esbuild", widget, *FLAGS, f"--target={OLD_LANGUAGE}", out):
            return None
        found = {BUILT / f"{name}.js": Path(folder, f"{name}.js").read_bytes() for name in PAGES}
        return {**found, WIDGET: Path(folder, f"{WIDGETS}.js").read_bytes()}


def run(name: str, *arguments: str) -> bool:
    command = [str(INSTALLED / "node_modules" / ".bin" / name), *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
