"""Messages as an Excel file. It is written to the disk while messages are read, and only a finished
one leaves the house."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, ParamSpec, TypeVar

from app import settings
from app.at_once import AtOnce
from app.catalogue import N_
from app.errors import Conflict
from app.messages.export.cells import Cell, held

ROWS_MAX = 1_048_576
"""Of a sheet, its heading included. Further rows go to further sheets."""
WIDTH = 18
AT_WORK = AtOnce(2)
"""Files that are made at once; others wait."""
BYTES_MAX = 3 * 1024**3
"""Of the rows before they are packed. A million usual messages take one."""
RESERVE = 512 * 1024**2
"""Bytes of the disk that are left to others: with SQLite, new messages need them."""
GROWTH = 2
"""The rows are copied, and packed, before they are removed."""
PIECE = 256 * 1024
FOLDER = "exports"
TOO_LARGE = N_("This is too much for an Excel file here. Take CSV, or fewer messages.")

P = ParamSpec("P")
T = TypeVar("T")


class Made(NamedTuple):
    """The file has no name any more: it is gone when it is closed, or the process ends."""

    file: BinaryIO
    length: int


async def make(sheet: str, titles: Sequence[str], pages: AsyncIterator[list[list[Cell]]]) -> Made:
    """Raises Conflict when it gets too large, or the disk too full."""
    async with AT_WORK:
        with _folder() as folder:
            book = await _aside(_Book, folder, sheet, titles)
            async for rows in pages:
                await _aside(book.add, rows)
            return await _aside(book.finish)


async def _aside(do: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """In a thread, which ends before anybody who cancels this may remove what it writes to."""
    doing = asyncio.ensure_future(asyncio.to_thread(do, *args, **named))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait((doing,))
        raise


async def pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, PIECE):
        yield piece


async def read(file: IO[bytes]) -> AsyncIterator[bytes]:
    """All of it; then it is closed."""
    with file:
        async for piece in pieces(file):
            yield piece


class _Book:
    def __init__(self, folder: Path, sheet: str, titles: Sequence[str]) -> None:
        # It takes a tenth of a second, which only those wait for who need it.
        import xlsxwriter

        self._folder = folder
        self._path = folder / "messages.xlsx"
        options = {"constant_memory": True, "tmpdir": str(folder)}
        self._book = xlsxwriter.Workbook(str(self._path), options)
        self._bold = self._book.add_format({"bold": True})
        self._name, self._titles = sheet, titles
        self._sheets = 0
        self._begin()

    def _begin(self) -> None:
        self._sheets += 1
        name = self._name if self._sheets == 1 else f"{self._name} {self._sheets}"
        self._sheet = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(self._titles) - 1, WIDTH)
        for column, title in enumerate(self._titles):
            self._sheet.write_string(0, column, held(title), self._bold)
        self._row = 1

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._check_room()
        for row in rows:
            if self._row == ROWS_MAX:
                self._begin()
            for column, cell in enumerate(row):
                self._write(column, cell)
            self._row += 1

    def _write(self, column: int, cell: Cell) -> None:
        if isinstance(cell, int):
            self._sheet.write_number(self._row, column, cell)
        elif text := held(cell):
            # Always as text: no formula, no link, no number.
            self._sheet.write_string(self._row, column, text)

    def _check_room(self) -> None:
        used = sum(each.stat().st_size for each in self._folder.iterdir())
        free = shutil.disk_usage(self._folder).free
        if used > BYTES_MAX or free < RESERVE + GROWTH * used:
            raise Conflict("export_too_large", TOO_LARGE)

    def finish(self) -> Made:
        self._book.close()
        return Made(self._path.open("rb"), self._path.stat().st_size)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A folder of its own that is removed at the end, after a crash by whoever comes next."""
    root = _root()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(root):
        _remove_left(root)
        made = Path(tempfile.mkdtemp(dir=root))
        lock = _lock(made)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(lock)


def clear() -> None:
    """Removes what a crash has left."""
    root = _root()
    if root.exists():
        with _locked(root):
            _remove_left(root)


def _root() -> Path:
    return settings.current().data_dir / FOLDER


def _remove_left(root: Path) -> None:
    """Folders that are being written are locked by their process."""
    for each in root.iterdir():
        with contextlib.suppress(BlockingIOError):
            os.close(_lock(each))
            shutil.rmtree(each, ignore_errors=True)


@contextlib.contextmanager
def _locked(root: Path) -> Iterator[None]:
    lock = _lock(root, wait=True)
    try:
        yield
    finally:
        os.close(lock)


def _lock(folder: Path, *, wait: bool = False) -> int:
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BaseException:
        os.close(opened)
        raise
    return opened
