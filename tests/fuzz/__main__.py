"""Runs it by hand or in CI; the exit code is 1 when an answer was an error of ours, or one that the
document does not know."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from app.people.tokens import SCOPES
from tests.processes import ROOT, Process, serve
from tests.servers import PostgresServer
from tools import environment

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
SHOWN = 30_000
CASES = re.compile(r"(\d[\d,]*) generated")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=18, help="of each operation")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--phases", default="examples,fuzzing")
    parser.add_argument("--path", help="of one operation only")
    wish = parser.parse_args()
    wish.program = environment.program(
        "schemathesis", ROOT / "build/fuzz", ROOT / "tools/fuzz.lock"
    )
    with tempfile.TemporaryDirectory(prefix="lm-fuzz-") as folder:
        postgres = PostgresServer().start() if wish.database == "postgres" else None
        try:
            url = asyncio.run(postgres.create()) if postgres else ""
            return _run(wish, Path(folder), {"DATABASE_URL": url} if url else {})
        finally:
            if postgres:
                postgres.stop()


def _run(wish: argparse.Namespace, folder: Path, changes: dict[str, str]) -> int:
    product = serve(
        folder / "data",
        LEAVEMSG_API_PER_MINUTE="0",
        LEAVEMSG_SUBMIT_FORM_PER_MINUTE="0",
        **changes,
    ).start()
    try:
        asyncio.run(product.ready())
        cases, bad = 0, 0
        for name, headers, examples in _identities(product, wish.examples):
            count, code = _fuzz(wish, product, headers, examples, folder)
            sys.stdout.write(
                f"{name}: {count} requests, {'as documented' if not code else 'FAILED'}\n"
            )
            sys.stdout.flush()
            cases, bad = cases + count, bad + bool(code)
        errors = product.log.read_text().count('"event": "unexpected"')
        sys.stdout.write(f"{cases} requests, {errors} errors of ours\n")
        return 1 if bad or errors or not cases else 0
    finally:
        product.stop()


def _identities(product: Process, examples: int) -> list[tuple[str, tuple[str, ...], int]]:
    """Who asks, with what, and how often: what is refused at the door needs fewer."""
    few = max(examples // 4, 1)

    def token(scopes: str) -> tuple[str, ...]:
        return ("-H", f"Authorization: Bearer {product.token(scopes)}")

    reads = ",".join(each for each in SCOPES if each.endswith(":read"))
    return [
        ("may do everything", token("all"), examples),
        ("may read", token(reads), few),
        ("unknown token", ("-H", f"Authorization: Bearer lm_{'x' * 40}"), few),
        ("nobody", (), few),
    ]


def _fuzz(
    wish: argparse.Namespace,
    product: Process,
    headers: tuple[str, ...],
    examples: int,
    folder: Path,
) -> tuple[int, int]:
    done = subprocess.run(
        [
            *(wish.program, "run", f"{product.url}/api/openapi.json", "--origin", product.url),
            *("--phases", wish.phases, "--checks", ",".join(CHECKS)),
            *("--max-examples", str(examples), "--seed", str(wish.seed), "--continue-on-failure"),
            *("--generation-database", "none", "--warnings", "off", "--no-color", *headers),
            *(("--include-path", wish.path) if wish.path else ()),
        ],
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        found = re.search("=+ (FAILURES|ERRORS) =+", done.stdout)
        start = found.start() if found else 0
        sys.stdout.write(done.stdout[start:][:SHOWN] + done.stderr[-SHOWN:])
    found = CASES.search(done.stdout)
    return int(found[1].replace(",", "")) if found else 0, done.returncode


if __name__ == "__main__":
    sys.exit(main())
