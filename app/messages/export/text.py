"""Messages as CSV for spreadsheets, and as lines of JSON for programs."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import AsyncIterator, Sequence

import msgspec

from app.messages.export.cells import Cell, harmless
from app.messages.inbox import Row
from app.messages.shape import Message

ENCODE = msgspec.json.Encoder()


async def as_csv(
    titles: Sequence[str], pages: AsyncIterator[list[list[Cell]]]
) -> AsyncIterator[bytes]:
    """Begins with the mark by which Excel knows UTF-8."""
    yield codecs.BOM_UTF8 + _csv([titles])
    async for rows in pages:
        yield _csv(rows)


def _csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([[harmless(cell) for cell in row] for row in rows])
    return buffer.getvalue().encode()


async def as_json(pages: AsyncIterator[list[Row]]) -> AsyncIterator[bytes]:
    """One message a line, as the API shows it."""
    async for rows in pages:
        yield ENCODE.encode_lines([Message.of(row) for row in rows])
