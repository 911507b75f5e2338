"""Under which licence each dependency is, and whether we may use it.

    python tools/licences.py           lists all of them
    python tools/licences.py --check   names only what is not allowed

Read from what is installed, for what the locks name; of what is vendored, from its manifest.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([\w.-]+)==", re.M)
ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CNRI-Python", "ISC", "MIT", "MIT-0"),
    *("MIT-CMU", "PSF-2.0", "Unlicense"),
    # Their own files stay under it; used unchanged, they ask nothing of ours.
    *("LGPL-3.0-or-later", "MPL-2.0"),
}
FOR_TESTS = {"GPL-3.0-or-later"}
"""Tools that are run and never passed on."""
BY_FILE = {"pyrage": "MIT"}
"""Metadata says nothing; the file LICENSE in the package does, and was read."""
OLD_NAMES = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
"""As metadata says it from before there were expressions."""
WORD = re.compile(r"\s+(AND|OR)\s+")


def main(argv: list[str]) -> int:
    found = [*installed("requirements.lock"), *vendored()]
    tests = set(installed("requirements-test.lock")) - set(found)
    wrong = [*faults(found, ALLOWED), *faults(sorted(tests), ALLOWED | FOR_TESTS)]
    if "--check" not in argv:
        for name, licence in sorted({*found, *tests}):
            print(f"{name}: {licence}")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def installed(lock: str) -> Iterator[tuple[str, str]]:
    """Names and licences. What the lock names for another system is not there."""
    for name in PINNED.findall((ROOT / lock).read_text("utf-8")):
        try:
            yield name, stated(metadata.metadata(name)) or BY_FILE.get(name, "")
        except metadata.PackageNotFoundError:
            continue


def vendored() -> Iterator[tuple[str, str]]:
    manifest = ROOT / "web" / "static" / "vendor" / "MANIFEST.toml"
    for each in tomllib.loads(manifest.read_text("utf-8"))["package"]:
        # "ISC (parts from Feather, MIT)": what stands in brackets is explained there.
        yield f"web/static/vendor/{each['folder']}", each["license"].partition(" (")[0]


def stated(said: metadata.PackageMetadata) -> str:
    """The expression, else the short text, else the classifiers; empty if it says nothing."""
    if expression := said.get("License-Expression"):
        return str(expression)
    text = (said.get("License") or "").strip()
    first, more, _ = text.partition("\n")
    if text in OLD_NAMES or text in ALLOWED or (WORD.search(text) and not more):
        return OLD_NAMES.get(text, text)
    kinds = [
        each.rpartition(" :: ")[2]
        for each in said.get_all("Classifier") or []
        if each.startswith("License :: ")
    ]
    named = [each for each in kinds if each not in {"OSI Approved", "DFSG approved"}]
    return " OR ".join(OLD_NAMES.get(each, each) for each in named) or OLD_NAMES.get(first, first)


def faults(
    found: Iterator[tuple[str, str]] | list[tuple[str, str]], allowed: set[str]
) -> list[str]:
    return [
        f"{name}: its licence {licence or '(none stated)'} is not on the list in tools/licences.py"
        for name, licence in found
        if not is_allowed(licence, allowed)
    ]


def is_allowed(expression: str, allowed: set[str]) -> bool:
    """All that are joined by AND, one of those joined by OR."""
    plain = expression.replace("(", " ").replace(")", " ").strip()
    return all(
        any(one.strip() in allowed for one in re.split(r"\s+OR\s+", each))
        for each in re.split(r"\s+AND\s+", plain)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
