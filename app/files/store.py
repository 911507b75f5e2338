"""Where the bytes are: a folder of the data folder, or a bucket of any S3-compatible store. What is
put there is sealed, so that neither a copy of the disk nor the store's operator can read it."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app import durable, secrets, settings
from app.egress.proxy import Proxy
from app.errors import NotFound, Unavailable
from app.files.place import Place
from app.keys import fields

FOLDER = "files"
FREE_MIN = 500 * 1024 * 1024
"""Of a disk, for the database and everything else on it."""


class Store(Protocol):
    async def put(self, name: str, content: bytes) -> None:
        """Durable when it returns. Raises Unavailable."""

    async def get(self, name: str) -> bytes:
        """Raises NotFound and Unavailable."""

    async def begins(self, name: str, size: int) -> bytes:
        """Its first bytes. Raises as `get`."""

    async def remove(self, name: str) -> None:
        """What is not there is removed already. Raises Unavailable."""

    def has_room(self, size: int) -> bool: ...


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def _at(self, name: str) -> Path:
        return self.path / name[-2:] / name

    async def put(self, name: str, content: bytes) -> None:
        try:
            await asyncio.to_thread(self._put, self._at(name), content)
        except OSError as error:
            raise Unavailable(f"files: {error.strerror}") from None

    @staticmethod
    def _put(path: Path, content: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with durable.written(path) as file:
            file.write(content)
        durable.keep_names(path.parent.parent)

    async def get(self, name: str) -> bytes:
        return await self._read(self._at(name).read_bytes)

    async def begins(self, name: str, size: int) -> bytes:
        def read() -> bytes:
            with self._at(name).open("rb") as file:
                return file.read(size)

        return await self._read(read)

    @staticmethod
    async def _read(read: Callable[[], bytes]) -> bytes:
        try:
            return await asyncio.to_thread(read)
        except FileNotFoundError:
            raise NotFound from None
        except OSError as error:
            raise Unavailable(f"files: {error.strerror}") from None

    async def remove(self, name: str) -> None:
        path = self._at(name)
        try:
            for each in (path, durable.part_of(path)):
                with contextlib.suppress(FileNotFoundError):
                    await asyncio.to_thread(each.unlink)
        except OSError as error:
            raise Unavailable(f"files: {error.strerror}") from None

    def has_room(self, size: int) -> bool:
        place = self.path if self.path.exists() else self.path.parent
        try:
            return shutil.disk_usage(place).free - size > FREE_MIN
        except OSError:
            return False


@functools.lru_cache(maxsize=4)
def _store(place: Place | None, folder: Path, ca_file: str, proxy: Proxy | None) -> Store:
    if place is None:
        return Folder(folder)
    # The library is large, and few have a bucket.
    from app.files.bucket import Bucket

    return Bucket(place, ca_file=ca_file, proxy=proxy)


def current() -> Store:
    now = settings.current()
    return _store(now.files, now.data_dir / FOLDER, now.ca_file, now.egress_proxy)


async def put(organization: uuid.UUID, name: str, content: bytes) -> None:
    """Raises Unavailable."""
    sealed = await asyncio.to_thread(secrets.seal, fields.file(name, organization), content)
    await current().put(name, sealed)


async def get(organization: uuid.UUID, name: str) -> bytes:
    """Raises NotFound, Unavailable and secrets.Unreadable."""
    sealed = await current().get(name)
    return await asyncio.to_thread(secrets.unseal, fields.file(name, organization), sealed)
