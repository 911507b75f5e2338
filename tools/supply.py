"""Looks at the dependencies with tools that are not among them.

    python -m tools.supply audit             known vulnerabilities of what the locks name
    python -m tools.supply sbom FILE         a bill of materials (CycloneDX, JSON) of what runs

The tools are installed into build/supply, by tools/supply.lock and its hashes. `audit` exits with 1
when something is vulnerable, with 3 when nobody could be asked: that is no good news.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools import environment

ROOT = Path(__file__).resolve().parent.parent
TOOLS, RUNTIME = ROOT / "build" / "supply", ROOT / "build" / "runtime"
LOCKS = tuple(
    str(path.relative_to(ROOT))
    for path in sorted([*ROOT.glob("*.lock"), *ROOT.glob("tools/*.lock")])
)
SERVICES = ("pypi", "osv")
VULNERABLE, NOT_ASKED = 1, 3


def main(argv: list[str]) -> int:
    if argv == ["audit"]:
        return audit()
    if argv[:1] == ["sbom"] and len(argv) == 2:
        return sbom(Path(argv[1]))
    print(__doc__, file=sys.stderr)
    return 2


def tool(name: str) -> str:
    """A program of ours. Raises environment.Failed."""
    return environment.program(name, TOOLS, ROOT / "tools" / "supply.lock")


def audit() -> int:
    codes = set()
    for lock in LOCKS:
        found = [answer for each in SERVICES if (answer := _asked(lock, each)) is not None]
        code, lines = verdict(lock, found)
        print("\n".join(lines))
        codes.add(code)
    return next((each for each in (VULNERABLE, NOT_ASKED) if each in codes), 0)


def _asked(lock: str, service: str) -> dict[str, Any] | None:
    """What a service says, None when it does not answer."""
    command = [tool("pip-audit"), "--requirement", str(ROOT / lock), "--vulnerability-service"]
    command += [service, "--disable-pip", "--require-hashes", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=TOOLS)
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.strip().rpartition("\n")[2]
        print(f"{lock}: {service} does not answer: {last[:200]}")
        return None
    return answer


def verdict(lock: str, answers: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """The exit code and what to print. Whoever was looked up by one service was looked up."""
    wrong: dict[str, str] = {}
    known: set[str] = set()
    every: set[str] = set()
    for each in (one for answer in answers for one in answer.get("dependencies", [])):
        name = f"{each['name']} {each.get('version', '')}".strip()
        every.add(each["name"])
        if "skip_reason" not in each:
            known.add(each["name"])
        for found in each.get("vulns", []):
            mended = ", ".join(found.get("fix_versions", [])) or "no version yet"
            wrong[f"{name} {found['id']}"] = (
                f"{lock}: {name} has {found['id']}, mended in: {mended}"
            )
    if not known:
        return NOT_ASKED, [
            f"{lock}: NOT audited, no service knows anything of it. Are you offline?"
        ]
    lines = [wrong[each] for each in sorted(wrong)]
    if missing := sorted(every - known):
        lines.append(f"{lock}: NOT audited: {', '.join(missing)}")
    lines.append(f"{lock}: {len(known)} audited, {len(wrong)} known vulnerabilities")
    return VULNERABLE if wrong else NOT_ASKED if missing else 0, lines


def sbom(file: Path) -> int:
    """Of an environment with the runtime lock alone, and what is vendored for the browser."""
    environment.prepare(RUNTIME, [ROOT / "requirements.lock"])
    command = [tool("cyclonedx-py"), "environment", environment.python(RUNTIME)]
    command += ["--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "application"]
    command += ["--output-reproducible", "--of", "JSON"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=TOOLS)
    if done.returncode:
        sys.stderr.write(done.stderr)
        return done.returncode
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(whole(json.loads(done.stdout), browser()), indent=1) + "\n", "utf-8")
    print(file)
    return 0


def browser() -> list[dict[str, Any]]:
    """What is vendored for the browser, with the sums of its files."""
    folder = ROOT / "web" / "static" / "vendor"
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = dict(reversed(each.split("  ", 1)) for each in lines)
    packages = tomllib.loads((folder / "MANIFEST.toml").read_text("utf-8"))["package"]
    return [_component(each, sums) for each in packages]


def _component(package: Mapping[str, Any], sums: Mapping[str, str]) -> dict[str, Any]:
    name, version = package["name"], package["version"]
    purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": [{"license": {"name": package["license"]}}],
        "components": [
            {"type": "file", "name": path, "hashes": [{"alg": "SHA-256", "content": digest}]}
            for path, digest in sorted(sums.items())
            if path.startswith(f"{package['folder']}/")
        ],
    }


def whole(bom: dict[str, Any], vendored: list[dict[str, Any]]) -> dict[str, Any]:
    """The bill with what is vendored in it, which the product itself needs."""
    ours = bom["metadata"]["component"]["bom-ref"]
    bom["components"] = [*bom["components"], *vendored]
    for each in bom["dependencies"]:
        if each["ref"] == ours:
            each["dependsOn"] = [*each.get("dependsOn", []), *(one["bom-ref"] for one in vendored)]
    bom["dependencies"] += [{"ref": each["bom-ref"]} for each in vendored]
    return bom


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except environment.Failed as error:
        sys.exit(f"{error}")
