"""The secret key that is made when none is given."""

import multiprocessing
import stat
from pathlib import Path

import pytest

from app import keyfile


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    made = keyfile.kept(tmp_path / "data")
    assert len(made) >= 32
    assert keyfile.kept(tmp_path / "data") == made
    assert keyfile.kept(tmp_path / "other") != made


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    keyfile.kept(tmp_path / "data")
    assert stat.S_IMODE((tmp_path / "data" / keyfile.NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_nothing_but_the_key_is_left_behind(tmp_path: Path) -> None:
    keyfile.kept(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [keyfile.NAME]


def test_what_a_crash_left_of_a_key_is_never_used(tmp_path: Path) -> None:
    (tmp_path / "secret.new").write_text("half a k")
    assert len(keyfile.kept(tmp_path)) >= 32


def test_processes_that_start_together_get_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("fork").Pool(8) as pool:
        made = pool.map(keyfile.kept, [tmp_path] * 64)
    assert len(set(made)) == 1
    assert len(made[0]) >= 32


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        keyfile.kept(tmp_path / "file" / "data")


def test_a_new_key_stands_above_those_of_before_until_they_are_forgotten(tmp_path: Path) -> None:
    first = keyfile.kept(tmp_path)
    keyfile.renew(tmp_path)
    keyfile.renew(tmp_path)
    newest, between, oldest = keyfile.kept(tmp_path).split()
    assert oldest == first
    assert keyfile.in_use(tmp_path, newest) == [newest, between, oldest]
    assert keyfile.in_use(tmp_path, between) == keyfile.in_use(tmp_path / "none", newest) == []
    assert len({newest, between, oldest}) == 3
    assert stat.S_IMODE((tmp_path / keyfile.NAME).stat().st_mode) == 0o600
    assert (keyfile.keep_only_first(tmp_path), keyfile.keep_only_first(tmp_path)) == (2, 0)
    assert keyfile.kept(tmp_path) == newest
    assert [each.name for each in tmp_path.iterdir()] == [keyfile.NAME]
