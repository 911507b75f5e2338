"""Excel files."""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from app.errors import Conflict
from app.messages.export import workbook
from app.messages.export.cells import Cell

CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


async def pages(*given: list[list[Cell]]) -> AsyncIterator[list[list[Cell]]]:
    for each in given:
        yield each


def read(content: bytes) -> dict[str, list[list[str]]]:
    """The sheets by name, every cell with its kind: "s:text" or "n:3"."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        names = [
            each.attrib["name"]
            for each in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{CELL}sheet")
        ]
        return {
            name: _rows(book.read(f"xl/worksheets/sheet{number}.xml"))
            for number, name in enumerate(names, start=1)
        }


def _rows(sheet: bytes) -> list[list[str]]:
    root = ElementTree.fromstring(sheet)
    assert not list(root.iter(f"{CELL}f"))
    return [
        [
            f"{'s' if cell.get('t') == 'inlineStr' else 'n'}:{''.join(cell.itertext())}"
            for cell in row.iter(f"{CELL}c")
        ]
        for row in root.iter(f"{CELL}row")
    ]


async def made(*given: list[list[Cell]]) -> dict[str, list[list[str]]]:
    file, length = await workbook.make("留言", ["编号", "次数"], pages(*given))
    with file:
        content = file.read()
    assert len(content) == length
    return read(content)


@pytest.fixture(autouse=True)
def folder(configure: Callable[..., Any], tmp_path: Path) -> Path:
    configure()
    return tmp_path / "exports"


async def test_texts_stay_texts_and_numbers_are_numbers() -> None:
    sheets = await made([["=1+1", 3], ["13800138000", 0]], [["https://a.example", 1]])

    assert sheets == {
        "留言": [
            ["s:编号", "s:次数"],
            ["s:=1+1", "n:3"],
            ["s:13800138000", "n:0"],
            ["s:https://a.example", "n:1"],
        ]
    }


async def test_whatever_people_wrote_is_in_the_file_and_breaks_none() -> None:
    odd = ["<r>&</r>", "</t></is>", "_x0041_", "\x01a\x0b", "\ud800", "a\nb", " a ", "😀"]
    (sheet,) = (await made([[each, 1] for each in odd])).values()

    assert [row[0] for row in sheet[1:]] == [
        *("s: <r>&</r>", "s:</t></is>", "s:_x005F_x0041_", "s:a", "n:1", "s:a\nb", "s: a ", "s:😀")
    ]


async def test_rows_that_no_sheet_holds_go_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS_MAX", 3)
    sheets = await made([[str(n), n] for n in range(5)])

    assert [len(rows) for rows in sheets.values()] == [3, 3, 2]
    assert list(sheets) == ["留言", "留言 2", "留言 3"]
    assert all(rows[0] == ["s:编号", "s:次数"] for rows in sheets.values())


@pytest.mark.parametrize(("name", "value"), [("BYTES_MAX", -1), ("RESERVE", 2**60)])
async def test_one_that_takes_the_disk_is_given_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: int
) -> None:
    monkeypatch.setattr(workbook, name, value)

    with pytest.raises(Conflict):
        await made([["a", 1]])
    assert list(folder.iterdir()) == []


async def test_nothing_stays_on_the_disk(folder: Path) -> None:
    file, _ = await workbook.make("a", ["b"], pages([["c"]]))
    left = list(folder.iterdir())
    file.close()

    assert left == []


async def test_nothing_stays_when_reading_fails(folder: Path) -> None:
    async def broken() -> AsyncIterator[list[list[Cell]]]:
        yield [["a"]]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await workbook.make("a", ["b"], broken())
    assert list(folder.iterdir()) == []


async def test_who_leaves_has_nothing_made_and_nothing_left(folder: Path) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[list[list[Cell]]]:
        while True:
            yield [["a"]]
            begun.set()

    making = [asyncio.create_task(workbook.make("a", ["b"], endless())) for _ in range(3)]
    await begun.wait()
    for each in making:
        each.cancel()
    ended = await asyncio.gather(*making, return_exceptions=True)
    assert {type(each) for each in ended} == {asyncio.CancelledError}
    assert list(folder.iterdir()) == []
    assert await made([["a", 1]])


async def test_what_a_crash_left_goes_at_the_next_start_but_not_what_others_write(
    folder: Path,
) -> None:
    folder.mkdir()
    crashed = Path(tempfile.mkdtemp(dir=folder))
    (crashed / "sheet").write_text("x")
    written = Path(tempfile.mkdtemp(dir=folder))
    lock = workbook._lock(written)
    workbook.clear()
    left = list(folder.iterdir())
    os.close(lock)

    assert left == [written]
