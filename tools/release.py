"""Makes what a release consists of, in the folder dist: wheel, sources, bill of materials, the sums
of all three, and a signature of the sums.

    python -m tools.release KEY                    builds and signs with this SSH key
    python -m tools.release --verify FOLDER SIGNERS    checks sums and signature

KEY is a private key or, where it lies in an agent or on a token, the public one. SIGNERS names who
may sign, a line each: an address, then the public key.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUMS, PURPOSE = "SHA256SUMS", "leavemsg-release"


class Failed(Exception):
    """The text says what to do."""


def main(argv: list[str]) -> int:
    try:
        if argv[:1] == ["--verify"] and len(argv) == 3:
            print(f"Signed by {verify(Path(argv[1]), Path(argv[2]))}; every file is as it was.")
            return 0
        if len(argv) == 1 and not argv[0].startswith("-"):
            return release(Path(argv[0]))
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


def release(key: Path) -> int:
    from tools import package, supply

    if not key.exists():
        raise Failed(f"There is no key {key}.")
    changed = _run("git", "-C", str(ROOT), "status", "--porcelain").strip()
    if changed:
        raise Failed("There are changes that are not committed: a release is of a commit.")
    folder = ROOT / "dist"
    if folder.exists() and any(folder.iterdir()):
        raise Failed(f"{folder} is not empty: remove it first.")
    wheel, _ = package.build(ROOT, folder)
    code = supply.sbom(folder / f"{wheel.name.partition('-py3')[0]}.cdx.json")
    if code:
        return code
    sign(folder, key)
    print((folder / SUMS).read_text("utf-8"), end="")
    return 0


def sums(folder: Path) -> str:
    """As `sha256sum --check` reads it."""
    files = sorted(each for each in folder.iterdir() if not each.name.startswith(SUMS))
    digests = ((hashlib.sha256(each.read_bytes()).hexdigest(), each.name) for each in files)
    return "".join(f"{digest}  {name}\n" for digest, name in digests)


def sign(folder: Path, key: Path) -> Path:
    """Writes the sums, and their signature beside them."""
    path = folder / SUMS
    path.write_text(sums(folder), "utf-8")
    signature = path.with_name(f"{SUMS}.sig")
    signature.unlink(missing_ok=True)
    _run("ssh-keygen", "-q", "-Y", "sign", "-n", PURPOSE, "-f", str(key), str(path))
    return signature


def verify(folder: Path, signers: Path) -> str:
    """Who signed. Raises Failed when anything is not as it was."""
    path = folder / SUMS
    try:
        said = path.read_text("utf-8")
    except OSError:
        raise Failed(f"There is no {path}.") from None
    signature = str(path.with_name(f"{SUMS}.sig"))
    found = _run("ssh-keygen", "-Y", "find-principals", "-s", signature, "-f", str(signers))
    who = found.strip().partition("\n")[0]
    command = ("ssh-keygen", "-Y", "verify", "-n", PURPOSE, "-I", who, "-s", signature)
    _run(*command, "-f", str(signers), given=said)
    if said != sums(folder):
        raise Failed("The files are not those that were signed: one is missing, more or changed.")
    return who


def _run(*command: str, given: str = "") -> str:
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True)
    except OSError as error:
        raise Failed(f"{command[0]} cannot be run: {error.strerror}.") from None
    if done.returncode:
        said = f"{done.stderr}{done.stdout}".strip().rpartition("\n")[2]
        raise Failed(f"{' '.join(command[:3])} refused: {said}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
