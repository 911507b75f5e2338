"""The files of static/, each under an address with its hash, so that caches may keep it.

Litestar's own static files answer 200 where a 304 is due, hence this router.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import mimetypes
import re
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from markupsafe import Markup

from web.http import told
from web.http.etag import unchanged

FOLDER = Path(__file__).parent.parent / "static"
SERVED = frozenset({".css", ".js", ".svg", ".png", ".ico", ".webmanifest"})
FOREVER = "public, max-age=31536000, immutable"
# A page of an older release asks for an older hash: it gets the new file, cached briefly.
BRIEFLY = "public, max-age=60"
DIGEST_LENGTH = 12
SPRITE = "vendor/lucide-1.62.0/sprite.svg"
SYMBOL = re.compile(r'<symbol id="([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL)
# What every page loads first.
STYLES = (
    "css/tokens.css",
    "css/base.css",
    "css/buttons.css",
    "css/fields.css",
    "css/notes.css",
    "css/busy.css",
)
# Several styles under one address, in this order: a phone on a bad line waits for each request.
BUNDLES = {
    "leave.bundle.css": (*STYLES, "css/visitor.css"),
    "console.bundle.css": (
        *STYLES,
        "css/console/look.css",
        "css/console/parts.css",
        "css/console/frame.css",
        "css/console/bands.css",
        "css/console/text.css",
        "css/console/toasts.css",
        "css/console/live.css",
        "css/console/inbox.css",
        "css/console/search.css",
        "css/console/tabs.css",
        "css/console/empty.css",
        "css/console/message.css",
        "css/console/contacts.css",
        "css/console/timeline.css",
        "css/console/composer.css",
        "css/console/facts.css",
        "css/console/many.css",
        "css/console/keys.css",
        "css/console/tiles.css",
        "css/console/notices.css",
        "css/console/tables.css",
        "css/console/settings.css",
        "css/console/channels.css",
        "css/console/editor.css",
        "css/console/outside.css",
    ),
}

# White space and comments in styles, at the start of a line and after punctuation.
IDLE = re.compile(rb"(?:^|(?<=[{};,]))\s*(?:/\*.*?\*/\s*)*", re.MULTILINE | re.DOTALL)


class Asset(msgspec.Struct, frozen=True):
    content: bytes
    packed: bytes
    media_type: str
    digest: str


@functools.cache
def assets() -> dict[str, Asset]:
    """Every served file by its path, read once and compressed once."""
    files = (path for path in sorted(FOLDER.rglob("*")) if path.suffix in SERVED)
    found = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in files}
    for name, parts in BUNDLES.items():
        found[name] = b"".join(IDLE.sub(b"", found[part]) for part in parts)
    return {name: _asset(name, content) for name, content in found.items()}


def _asset(name: str, content: bytes) -> Asset:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    digest = hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]
    return Asset(content, gzip.compress(content, 9, mtime=0), media_type, digest)


@functools.cache
def shapes() -> dict[str, Markup]:
    """The icons of the sprite by name, as inline SVG."""
    sprite = assets()[SPRITE].content.decode()
    # It is our own file, and checked by its hash.
    return {name: Markup(drawn) for name, drawn in SYMBOL.findall(sprite)}  # noqa: S704


def url(name: str) -> str:
    """The address of a file of static/. Raises KeyError for an unknown name."""
    return f"/static/{assets()[name].digest}/{name}"


@get("/{digest:str}/{name:path}", sync_to_thread=False)
def serve(
    request: Request[Any, Any, Any], digest: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    asset = assets().get(name.removeprefix("/"))
    if asset is None:
        raise NotFoundException
    headers = {
        "ETag": f'"{asset.digest}"',
        "Cache-Control": FOREVER if digest == asset.digest else BRIEFLY,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if known := unchanged(request, headers):
        return known
    if not told.takes_gzip(request):
        return Response(asset.content, media_type=asset.media_type, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(asset.packed, media_type=asset.media_type, headers=headers)


router = Router("/static", route_handlers=[serve])
