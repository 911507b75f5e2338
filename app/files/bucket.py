"""A bucket of any S3-compatible store."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from obstore import exceptions
from obstore.store import S3Store

from app.egress.proxy import Proxy
from app.errors import NotFound, Unavailable
from app.files.place import Place

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import ClientConfig

log = logging.getLogger(__name__)

CONNECT = dt.timedelta(seconds=5)
WHOLE = dt.timedelta(seconds=60)
"""20 MB by a slow line."""
RETRIES = 3
PART_BYTES = 16 * 1024 * 1024
"""A store takes 10,000 of them: 160 GB."""


class Bucket:
    """`ca_file` has further authorities to trust; `proxy` is gone through if the place says so."""

    def __init__(self, place: Place, *, ca_file: str, proxy: Proxy | None) -> None:
        options: ClientConfig = {
            "allow_http": place.endpoint.startswith("http://"),
            "connect_timeout": CONNECT,
            "timeout": WHOLE,
        }
        if ca_file:
            options["root_certificate"] = Path(ca_file).read_bytes()
        if place.proxied and proxy is not None:
            options["proxy_url"] = proxy.url
        self._store = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            endpoint=place.endpoint,
            access_key_id=place.key,
            secret_access_key=place.secret,
            region=place.region,
            virtual_hosted_style_request=place.virtual,
            # Not every store knows how to remove several at once.
            disable_bulk_delete=True,
            client_options=options,
            retry_config={"max_retries": RETRIES, "retry_timeout": WHOLE},
        )

    async def put(self, name: str, content: bytes) -> None:
        try:
            await self._store.put_async(name, content, use_multipart=False)
        except (exceptions.BaseError, OSError) as error:
            raise _away(error) from None

    async def put_file(self, name: str, path: Path) -> None:
        """In parts, where it is large: memory does not grow with it."""
        try:
            await self._store.put_async(name, path, chunk_size=PART_BYTES)
        except (exceptions.BaseError, OSError) as error:
            raise _away(error) from None

    async def names(self) -> list[str]:
        """Without the prefix."""
        found = list[str]()
        try:
            async for some in self._store.list():
                found += [each["path"] for each in some]
        except (exceptions.BaseError, OSError) as error:
            raise _away(error) from None
        return sorted(found)

    async def blocks(self, name: str) -> AsyncIterator[bytes]:
        """Raises NotFound and Unavailable."""
        try:
            found = await self._store.get_async(name)
            async for block in found.stream():
                yield bytes(block)
        except FileNotFoundError:
            raise NotFound from None
        except (exceptions.BaseError, OSError) as error:
            raise _away(error) from None

    async def get(self, name: str) -> bytes:
        return await self._get(name, {})

    async def begins(self, name: str, size: int) -> bytes:
        # A store that ignores the range sends all of it.
        return (await self._get(name, {"range": (0, size)}))[:size]

    async def _get(self, name: str, options: GetOptions) -> bytes:
        try:
            found = await self._store.get_async(name, options=options)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            raise NotFound from None
        except (exceptions.BaseError, OSError) as error:
            raise _away(error) from None

    async def remove(self, name: str) -> None:
        try:
            await self._store.delete_async(name)
        except FileNotFoundError:
            return
        except (exceptions.BaseError, OSError) as error:
            raise _away(error) from None

    def has_room(self, size: int) -> bool:
        return True


def _away(error: Exception) -> Unavailable:
    """Its text may name the bucket, never the secret: only its kind is logged."""
    log.warning("the store of files is away", extra={"error": type(error).__name__})
    return Unavailable(type(error).__name__, reason="files_away")
