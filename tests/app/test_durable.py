"""Files that are whole or not there."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from app import durable


def test_it_has_its_name_when_it_is_whole_and_its_owner_alone_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("before")
    left = durable.part_of(path)
    left.write_text("of a process that was killed")
    left.chmod(0o644)

    with durable.written(path) as file:
        file.write(b"now")
        assert path.read_text() == "before"

    assert path.read_text() == "now"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def stopped(path: Path) -> None:
    with durable.written(path) as file:
        file.write(b"half")
        raise KeyboardInterrupt


def test_nothing_is_left_of_what_could_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder" / "x").mkdir(parents=True)
    with pytest.raises(KeyboardInterrupt):
        stopped(tmp_path / "a")
    with pytest.raises(OSError), durable.written(tmp_path / "folder"):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]
