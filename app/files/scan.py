"""The operator's virus scanner, clamd, if there is one. What it has not seen is never called
clean."""

from __future__ import annotations

import asyncio
import logging
import struct
from typing import Literal

from app.catalogue import N_
from app.errors import Conflict
from app.settings import current

log = logging.getLogger(__name__)

Found = Literal["clean", "infected", "away"]
SECONDS = 30.0
CONNECT_SECONDS = 3.0
PIECE = 64 * 1024
ANSWER_MAX = 4096


async def look(content: bytes) -> Found:
    """Clean where there is no scanner."""
    address = current().clamd
    if not address:
        return "clean"
    try:
        said = await _asked(address, b"zINSTREAM\0", content)
    except (OSError, TimeoutError, EOFError) as error:
        log.warning("the virus scanner is away", extra={"error": type(error).__name__})
        return "away"
    if said == "stream: OK":
        return "clean"
    if said.endswith(" FOUND"):
        log.warning("a file is infected", extra={"found": said[:200]})
        return "infected"
    # Such as a file that is larger than it takes: that says nothing about the file.
    log.warning("the virus scanner did not look", extra={"answer": said[:200]})
    return "away"


async def check(content: bytes) -> None:
    """Raises Conflict unless it is clean."""
    found = await look(content)
    if found == "infected":
        raise infected()
    if found == "away":
        raise unscanned()


def infected() -> Conflict:
    return Conflict("file_infected", N_("The virus scanner says that this file is infected"))


def unscanned() -> Conflict:
    return Conflict("file_unscanned", N_("The virus scanner has not looked at this file yet"))


async def answers(address: str) -> bool:
    try:
        return await _asked(address, b"zPING\0") == "PONG"
    except (OSError, TimeoutError, EOFError):
        return False


async def _asked(address: str, command: bytes, content: bytes | None = None) -> str:
    async with asyncio.timeout(SECONDS):
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await _connected(address)
        try:
            writer.write(command)
            if content is not None:
                for at in range(0, len(content), PIECE):
                    piece = content[at : at + PIECE]
                    writer.write(struct.pack(">I", len(piece)) + piece)
                    await writer.drain()
                writer.write(struct.pack(">I", 0))
            await writer.drain()
            said = await reader.read(ANSWER_MAX)
        finally:
            writer.close()
    if not said:
        raise EOFError
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


async def _connected(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.startswith("/"):
        return await asyncio.open_unix_connection(address)
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host.strip("[]"), int(port))
