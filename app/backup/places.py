"""Where copies are kept: folders, and buckets of any S3-compatible store."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

from app import durable, settings
from app.backup import left
from app.backup.address import Address
from app.errors import NotFound, Unavailable
from app.files.place import Place

BLOCK = 1024 * 1024
DIED_SECONDS = 24 * 3600
"""So old, what is not whole is of a process that was killed."""


class Kept(Protocol):
    """A place. Everything raises Unavailable, with a reason that may be shown."""

    name: str
    """To people: without any secret."""

    async def put(self, name: str, path: Path) -> None:
        """Durable when it returns, and never half under its name."""

    async def names(self) -> list[str]: ...

    def read(self, name: str) -> AsyncIterator[bytes]:
        """In blocks. Raises NotFound."""

    async def remove(self, name: str) -> None: ...


class InFolder:
    def __init__(self, path: Path) -> None:
        self.path, self.name = path, str(path)

    async def put(self, name: str, path: Path) -> None:
        try:
            await asyncio.to_thread(self._put, name, path)
        except OSError as error:
            raise _away(self.name, error) from None

    def _put(self, name: str, path: Path) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        left.clear(self.path, left.HALVES, DIED_SECONDS)
        with open(path, "rb") as source, durable.written(self.path / name) as file:
            shutil.copyfileobj(source, file, BLOCK)

    async def names(self) -> list[str]:
        try:
            return sorted(each.name for each in self.path.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _away(self.name, error) from None

    async def read(self, name: str) -> AsyncIterator[bytes]:
        try:
            with open(self.path / name, "rb") as file:  # noqa: ASYNC230
                while block := await asyncio.to_thread(file.read, BLOCK):
                    yield block
        except FileNotFoundError:
            raise NotFound from None
        except OSError as error:
            raise _away(self.name, error) from None

    async def remove(self, name: str) -> None:
        try:
            (self.path / name).unlink(missing_ok=True)
        except OSError as error:
            raise _away(self.name, error) from None


class InBucket:
    def __init__(self, place: Place) -> None:
        # The library is large, and few have a bucket.
        from app.files.bucket import Bucket

        now = settings.current()
        self._bucket = Bucket(place, ca_file=now.ca_file, proxy=now.egress_proxy)
        self.name = f"{place.endpoint}/{place.bucket}"

    async def put(self, name: str, path: Path) -> None:
        await self._bucket.put_file(name, path)

    async def names(self) -> list[str]:
        return await self._bucket.names()

    async def read(self, name: str) -> AsyncIterator[bytes]:
        async for block in self._bucket.blocks(name):
            yield block

    async def remove(self, name: str) -> None:
        await self._bucket.remove(name)


def of(address: Address) -> Kept:
    return InFolder(address) if isinstance(address, Path) else InBucket(address)


async def digest(place: Kept, name: str) -> str:
    """The SHA-256 of what is really there."""
    found = hashlib.sha256()
    async for block in place.read(name):
        found.update(block)
    return found.hexdigest()


def _away(name: str, error: OSError) -> Unavailable:
    return Unavailable(f"{name}: {error.strerror}")
