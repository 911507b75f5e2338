"""The address of a bucket, as the operator writes it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

SCHEMES = {"s3": "https", "s3+http": "http"}
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class Place(msgspec.Struct, frozen=True):
    """`virtual`: the bucket stands in the name of the host, as with Alibaba Cloud. `proxied`: it is
    reached through the outbound proxy."""

    endpoint: str
    bucket: str
    prefix: str
    key: str
    secret: str
    region: str
    virtual: bool
    proxied: bool = False

    def __repr__(self) -> str:
        return f"Place({self.endpoint}/{self.bucket})"


def parse(text: str) -> Place | None:
    """Of `s3://KEY:SECRET@host/bucket/prefix?region=…&style=virtual&proxy=on`; None for nothing.
    Raises ValueError."""
    if not text:
        return None
    parts = urlsplit(text)
    bucket, _, prefix = parts.path.strip("/").partition("/")
    asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    if (
        parts.scheme not in SCHEMES
        or not (parts.hostname and parts.username and parts.password)
        or not BUCKET.fullmatch(bucket)
        or set(asked) - {"region", "style", "proxy"}
        or parts.fragment
    ):
        raise ValueError
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    host = f"{host}:{parts.port}" if parts.port else host
    style = asked.get("style", ["path"])[0]
    proxied = asked.get("proxy", ["off"])[0]
    if style not in {"path", "virtual"} or proxied not in {"on", "off"}:
        raise ValueError
    virtual = style == "virtual"
    return Place(
        endpoint=f"{SCHEMES[parts.scheme]}://{f'{bucket}.' if virtual else ''}{host}",
        bucket=bucket,
        prefix=prefix,
        key=unquote(parts.username),
        secret=unquote(parts.password),
        region=asked.get("region", ["us-east-1"])[0],
        virtual=virtual,
        proxied=proxied == "on",
    )
