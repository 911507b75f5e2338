"""The script for host pages, under an address that stays and under one for each version.

`v1.js` is the newest, built from web/scripts/embed.js. Released versions stay beside it under their
numbers, unchanged, so that pages that pinned one with a hash go on working.
"""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import re
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from web.http import told
from web.http.etag import etag, unchanged

FOLDER = Path(__file__).parent
NEWEST = "v1"
VERSION = re.compile(r'\.version="([0-9]+\.[0-9]+\.[0-9]+)"')
MEDIA_TYPE = "text/javascript"
# A fix reaches every page within minutes, and no page waits for the revalidation.
NEWEST_KEPT = "public, max-age=300, stale-while-revalidate=86400"
FOREVER = "public, max-age=31536000, immutable"
# Any site may read it, also with a hash or CORP. Every byte is loaded before anybody clicks, and as
# it is no document, few headers are needed.
FOR_ALL = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Permissions-Policy": "camera=()",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


class Script(msgspec.Struct, frozen=True):
    content: bytes
    packed: bytes
    etag: str
    integrity: str


@functools.cache
def scripts() -> dict[str, Script]:
    """By the name before `.js` in the address: `v1` and every version."""
    found = {path.stem: _load(path) for path in sorted(FOLDER.glob("*.js"))}
    return {version(): found[NEWEST], **found}


@functools.cache
def version() -> str:
    match = VERSION.search((FOLDER / f"{NEWEST}.js").read_text("utf-8"))
    assert match, "the script says its version"
    return match[1]


def _load(path: Path) -> Script:
    content = path.read_bytes()
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    packed = gzip.compress(content, 9, mtime=0)
    return Script(content, packed, etag(content), f"sha384-{digest}")


def pinned() -> tuple[str, str]:
    """Path and hash of the newest version, for a page that pins it."""
    return f"/embed/{version()}.js", scripts()[version()].integrity


@get("/{name:str}", sync_to_thread=False)
def serve(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    stem, dot, ending = name.rpartition(".")
    script = scripts().get(stem) if dot and ending == "js" else None
    if script is None:
        raise NotFoundException
    headers = {
        **FOR_ALL,
        "ETag": script.etag,
        "Cache-Control": NEWEST_KEPT if stem == NEWEST else FOREVER,
        "Vary": "Accept-Encoding",
    }
    if known := unchanged(request, headers):
        return known
    if not told.takes_gzip(request):
        return Response(script.content, media_type=MEDIA_TYPE, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(script.packed, media_type=MEDIA_TYPE, headers=headers)


router = Router("/embed", route_handlers=[serve])
