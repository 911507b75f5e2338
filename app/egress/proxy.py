"""The proxy through which a closed network is left, as the operator writes it."""

from __future__ import annotations

import base64
import re
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

import msgspec

DEFAULT_PORT = {"http": 80, "https": 443}
_PRINTABLE = re.compile(r"[\x20-\x7e]*")


class Proxy(msgspec.Struct, frozen=True):
    scheme: Literal["http", "https"]
    host: str
    port: int
    authorization: str = ""
    """The value of the header. Secret."""

    def __repr__(self) -> str:
        return f"Proxy({self.scheme}, {self.host}, {self.port})"

    @property
    def place(self) -> str:
        """Without user and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def url(self) -> str:
        """With user and password. Secret."""
        pair = base64.b64decode(self.authorization.removeprefix("Basic ")).decode()
        user, _, password = pair.partition(":")
        login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if pair else ""
        return self.place.replace("://", f"://{login}", 1)


def parse_proxy(text: str) -> Proxy | None:
    """Reads "http://user:password@proxy.example:3128"; ValueError, which shows nothing of it."""
    text = text.strip()
    if not text:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("is no address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is no address of an HTTP proxy")
    if parts.path.strip("/") or parts.query or parts.fragment or port == 0:
        raise ValueError("says more than a proxy's address")
    login = ""
    if "@" in parts.netloc:
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if ":" in user:
            raise ValueError("has a user with a colon")
        login = f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
    scheme: Literal["http", "https"] = "https" if parts.scheme == "https" else "http"
    host = parts.hostname
    if not _PRINTABLE.fullmatch(host):
        raise ValueError("is no address of an HTTP proxy")
    return Proxy(scheme, host, port or DEFAULT_PORT[scheme], login)
