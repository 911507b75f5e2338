"""A ZIP file of what is kept, made piece by piece, with the files of messages."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import uuid
import zipfile
from collections.abc import AsyncIterator, Sequence
from typing import IO

from app.errors import Conflict, NotFound
from app.files import read as files
from app.messages.export import workbook
from app.messages.export.wish import Export

IN_MEMORY = 1024 * 1024
"""What is larger lies in a file that has no name and goes when it is closed."""
FILES = "files"
ZIP = "application/zip"


@contextlib.asynccontextmanager
async def archive() -> AsyncIterator[tuple[zipfile.ZipFile, IO[bytes]]]:
    """To write into, and the file that it becomes, which is at its start afterwards. Whoever reads
    that closes it."""
    made: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    try:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
            yield opened, made
    except BaseException:
        made.close()
        raise
    made.seek(0)


def export(name: str, made: IO[bytes]) -> Export:
    """As it is sent; `name` is ASCII."""
    return Export(name=name, plain_name=name, media_type=ZIP, pieces=workbook.read(made))


async def write(archive: zipfile.ZipFile, name: str, pieces: Sequence[bytes]) -> None:
    if pieces:
        await asyncio.to_thread(archive.writestr, name, b"".join(pieces))


async def add_files(
    archive: zipfile.ZipFile, organization: uuid.UUID, messages: Sequence[uuid.UUID]
) -> None:
    """What waits for the scanner, or was infected, leaves with nobody."""
    for message in messages:
        for file in await files.of(organization, message):
            with contextlib.suppress(Conflict, NotFound):
                content = await files.content(file)
                await write(archive, f"{FILES}/{message}/{file.id}-{file.name}", [content])
