"""Backups that only the holder of a key opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.backup import sealed
from app.backup.address import recipients
from app.backup.file import Unusable

CONTENT = b"what visitors wrote" * 100_000


def kept(folder: Path, identity: str) -> Path:
    path = folder / "key.txt"
    path.write_text(f"# created by somebody\n{identity}\n")
    return path


def test_each_of_its_recipients_opens_it(tmp_path: Path) -> None:
    (one, mine), (other, theirs) = sealed.new(), sealed.new()
    plain, closed, opened = (tmp_path / name for name in ("plain", "closed", "opened"))
    plain.write_bytes(CONTENT)

    sealed.seal(plain, closed, (mine, theirs))

    assert sealed.is_sealed(closed)
    assert not sealed.is_sealed(plain)
    assert b"visitors" not in closed.read_bytes()
    assert closed.stat().st_mode & 0o077 == 0
    for identity in (one, other):
        sealed.unseal(closed, opened, kept(tmp_path, identity))
        assert opened.read_bytes() == CONTENT


def test_nobody_else_does(tmp_path: Path) -> None:
    (_, mine), (stranger, _) = sealed.new(), sealed.new()
    plain, closed = tmp_path / "plain", tmp_path / "closed"
    plain.write_bytes(CONTENT)
    sealed.seal(plain, closed, (mine,))

    damaged = tmp_path / "damaged"
    damaged.write_bytes(closed.read_bytes()[:-40])
    for path, identity in (
        (closed, None),
        (closed, kept(tmp_path, stranger)),
        (closed, plain),
        (closed, tmp_path / "nowhere"),
        (damaged, kept(tmp_path, stranger)),
    ):
        with pytest.raises(Unusable):
            sealed.unseal(path, tmp_path / "opened", identity)


@pytest.mark.parametrize(
    ("written", "count"), [("", 0), (" {0} ", 1), ("{0},{1}", 2), ("{0}, {1},", 2)]
)
def test_recipients_are_written_with_commas_between(written: str, count: int) -> None:
    made = [sealed.new()[1] for _ in range(2)]
    assert recipients(written.format(*made)) == tuple(made[:count])


@pytest.mark.parametrize("written", ["age1", "nobody", "AGE-SECRET-KEY-1", "ssh-ed25519 AAAA"])
def test_what_is_no_recipient_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        recipients(written)
