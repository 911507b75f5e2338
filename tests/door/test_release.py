"""What a release consists of: the same bytes from the same tree, sums, and who signed them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from tools import package, release
from tools.release import Failed

AT = 1_764_500_000
needs_ssh = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="there is no ssh-keygen")


def test_archives_keep_nothing_of_who_packed_them(tmp_path: Path) -> None:
    made = []
    for place, mode in (("one", 0o600), ("two", 0o664)):
        folder = tmp_path / place
        (folder / "a").mkdir(parents=True)
        for name in ("b.py", "a.py"):
            path = folder / "a" / name
            path.write_text(name)
            path.chmod(mode)
            os.utime(path, (mode, mode * 1_000_000))
        wheel, sources = folder / "x.whl", folder / "x.tar.gz"
        with zipfile.ZipFile(wheel, "w") as archive:
            for each in sorted((folder / "a").iterdir(), reverse=place == "one"):
                archive.write(each, f"a/{each.name}")
        with tarfile.open(sources, "w:gz") as packed:
            packed.add(folder / "a", "a")
        package.repack_wheel(wheel, AT)
        package.repack(sources, AT)
        made.append((wheel.read_bytes(), sources.read_bytes()))
    assert made[0] == made[1]
    with tarfile.open(tmp_path / "one" / "x.tar.gz") as packed:
        assert [each.name for each in packed.getmembers()] == ["a", "a/a.py", "a/b.py"]
        assert packed.extractfile("a/b.py").read() == b"b.py"  # type: ignore[union-attr]


@pytest.mark.process
def test_the_time_is_that_of_the_commit_or_the_one_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(AT))
    assert package.epoch() == AT
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    monkeypatch.setattr(package, "ROOT", Path("/"))
    assert package.epoch() == package.FIRST


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "tests", "-f", str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    for name in ("leavemsg-1-py3-none-any.whl", "leavemsg-1.tar.gz", "leavemsg-1.cdx.json"):
        (folder / name).write_text(name)
    return folder


@needs_ssh
def test_a_signed_release_is_known_by_its_signer_and_any_change_is_seen(
    dist: Path, key: Path, tmp_path: Path
) -> None:
    signers = tmp_path / "signers"
    signers.write_text(f"ann@shop.example {key.with_suffix('.pub').read_text()}")
    release.sign(dist, key)
    assert release.verify(dist, signers) == "ann@shop.example"
    done = subprocess.run(["sha256sum", "--check", "--strict", release.SUMS], cwd=dist)
    assert done.returncode == 0

    (dist / "more.whl").write_text("x")
    with pytest.raises(Failed, match="not those that were signed"):
        release.verify(dist, signers)
    (dist / "more.whl").unlink()
    (dist / "leavemsg-1.tar.gz").write_text("changed")
    with pytest.raises(Failed, match="not those that were signed"):
        release.verify(dist, signers)
    (dist / release.SUMS).write_text(release.sums(dist))
    with pytest.raises(Failed, match="ssh-keygen -Y verify refused"):
        release.verify(dist, signers)


def test_without_a_key_nothing_is_built(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main([str(tmp_path / "none")]) == 1
    assert "There is no key" in capsys.readouterr().err
    assert release.main([]) == release.main(["--verify"]) == 2


@needs_ssh
def test_somebody_elses_signature_is_refused(dist: Path, key: Path, tmp_path: Path) -> None:
    release.sign(dist, key)
    signers = tmp_path / "signers"
    signers.write_text("")
    with pytest.raises(Failed, match="refused"):
        release.verify(dist, signers)
    with pytest.raises(Failed, match="There is no"):
        release.verify(tmp_path, signers)
