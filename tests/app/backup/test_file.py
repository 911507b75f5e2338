"""The file of a backup."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.backup.file import CHUNK, Manifest, Reader, TableLine, Unusable, Writer

MANIFEST = Manifest(version="1", made_at="2026-11-30T02:05:00+00:00", migrations=["a"])
ROWS = [[n, f"第 {n} 行", None] for n in range(CHUNK + 3)]


def write(path: Path) -> bytes:
    writer = Writer(path)
    writer.head(MANIFEST)
    writer.table(TableLine(table="empty", columns=[("id", "uuid")]))
    writer.table(TableLine(table="full", columns=[("n", "number"), ("s", "text"), ("x", "time")]))
    writer.add(ROWS)
    writer.finish()
    return path.read_bytes()


def everything(path: Path) -> list[object]:
    reader = Reader(path)
    try:
        return [reader.manifest, *reader.tables()]
    finally:
        reader.close()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write(tmp_path / "x")
    manifest, empty, full, *chunks = everything(tmp_path / "x")
    assert manifest == MANIFEST
    assert isinstance(empty, TableLine)
    assert isinstance(full, TableLine)
    assert (empty.table, full.table, full.kinds) == ("empty", "full", ["number", "text", "time"])
    assert [row for chunk in chunks for row in chunk] == ROWS  # type: ignore[attr-defined]
    assert len(chunks) == 2


def test_a_file_that_was_given_up_leaves_nothing(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "x")
    writer.head(MANIFEST)
    writer.give_up()
    assert list(tmp_path.iterdir()) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_changed_byte_is_noticed_or_means_nothing(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "x"
    whole = bytearray(write(path))
    wanted = everything(path)
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(whole)
    try:
        found = everything(path)
    except Unusable:
        return
    assert found == wanted


def test_a_file_that_is_cut_off_is_noticed_at_every_place(tmp_path: Path) -> None:
    path = tmp_path / "x"
    whole = write(path)
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(Unusable):
            everything(path)
