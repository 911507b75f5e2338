"""A bucket of any S3-compatible store."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from obstore import exceptions
from obstore.store import S3Store

from app.errors import NotFound, Unavailable
from app.files.place import Place

if TYPE_CHECKING:
    from obstore import GetOptions

log = logging.getLogger(__name__)

CONNECT = dt.timedelta(seconds=5)
WHOLE = dt.timedelta(seconds=60)
"""20 MB by a slow line."""
RETRIES = 3


class Bucket:
    def __init__(self, place: Place) -> None:
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
            client_options={
                "allow_http": place.endpoint.startswith("http://"),
                "connect_timeout": CONNECT,
                "timeout": WHOLE,
            },
            retry_config={"max_retries": RETRIES, "retry_timeout": WHOLE},
        )

    async def put(self, name: str, content: bytes) -> None:
        try:
            await self._store.put_async(name, content, use_multipart=False)
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
