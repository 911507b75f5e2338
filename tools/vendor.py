"""Fetches what web/static/vendor holds, or checks it.

    python tools/vendor.py           pack, verify, build and write every file anew (needs npm)
    python tools/vendor.py --check   compare the committed files with SHA256SUMS (needs nothing)

The files are committed, so that an installation needs neither Node nor a network.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parent.parent / "web" / "static" / "vendor"
MANIFEST = "MANIFEST.toml"
SUMS = "SHA256SUMS"
SHAPE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only compare, change nothing")
    if parser.parse_args(argv).check:
        return report(faults(VENDOR))
    for package in packages(VENDOR):
        fetch(package, VENDOR)
    (VENDOR / SUMS).write_text(sums(VENDOR), encoding="utf-8")
    print((VENDOR / SUMS).read_text(encoding="utf-8"), end="")
    return 0


def packages(folder: Path) -> list[dict[str, Any]]:
    manifest = tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = manifest["package"]
    return found


def report(found: list[str]) -> int:
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


def faults(folder: Path) -> list[str]:
    """One line for every file that is not what SHA256SUMS says, missing, or not in the manifest."""
    listed = dict(reversed(line.split("  ", 1)) for line in lines_of(folder / SUMS))
    actual = dict(reversed(line.split("  ", 1)) for line in sums(folder).splitlines())
    expected = {name for package in packages(folder) for name in outputs(package)}
    return [
        *(f"{name}: missing" for name in sorted((listed.keys() | expected) - actual.keys())),
        *(f"{name}: not in {MANIFEST}" for name in sorted(actual.keys() - expected)),
        *(
            f"{name}: differs from {SUMS}"
            for name in sorted(actual.keys() & expected)
            if listed.get(name) != actual[name]
        ),
    ]


def outputs(package: dict[str, Any]) -> list[str]:
    names = [*package.get("copy", {}).values(), *package.get("concatenate", {})]
    if "sprite" in package:
        names.append(package["sprite"]["file"])
    return [f"{package['folder']}/{name}" for name in names]


def sums(folder: Path) -> str:
    """Every vendored file with its hash, in the form that `sha256sum -c` reads."""
    files = sorted(path for path in folder.glob("*/**/*") if path.is_file())
    return "".join(f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def fetch(package: dict[str, Any], vendor: Path) -> None:
    folder = vendor / package["folder"]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as work:
        source = unpack(package, Path(work))
        for original, name in package.get("copy", {}).items():
            shutil.copyfile(source / original, folder / name)
        for name, parts in package.get("concatenate", {}).items():
            (folder / name).write_bytes(concatenate(source, parts))
        if "sprite" in package:
            sprite = package["sprite"]
            text = draw(source / sprite["from"], sprite["icons"], package)
            (folder / sprite["file"]).write_text(text, encoding="utf-8")


def unpack(package: dict[str, Any], work: Path) -> Path:
    spec = f"{package['name']}@{package['version']}"
    subprocess.run(["npm", "pack", "--silent", spec], cwd=work, check=True, capture_output=True)
    [tarball] = work.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if package["integrity"] != f"sha512-{digest}":
        raise SystemExit(f"{spec}: the tarball is not the one in {MANIFEST}")
    with tarfile.open(tarball) as archive:
        archive.extractall(work, filter="data")
    return work / "package"


def concatenate(source: Path, parts: dict[str, str]) -> bytes:
    pieces = []
    for name, expected in parts.items():
        if sha256(source / name) != expected:
            raise SystemExit(f"{name}: not the file in {MANIFEST}")
        content = (source / name).read_bytes()
        # The maps are not vendored; a reference to one is a 404 in everybody's developer tools.
        pieces.append(re.sub(rb"\n?//# sourceMappingURL=.*", b"", content).rstrip())
    return b";\n".join(pieces) + b"\n"


def draw(icons: Path, names: list[str], package: dict[str, Any]) -> str:
    notice = f"{package['name']} {package['version']}, {package['license']}, see LICENSE"
    symbols = [symbol(name, icons / f"{name}.svg") for name in sorted(names)]
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    return "\n".join([f"<!-- {notice} -->", head, *symbols, "</svg>", ""])


def symbol(name: str, path: Path) -> str:
    found = SHAPE.search(path.read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit(f"{path.name}: not an icon")
    shapes = "".join(line.strip() for line in found[1].splitlines())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


if __name__ == "__main__":
    sys.exit(main())
