"""Until when the certificate of a server holds."""

from __future__ import annotations

import datetime as dt
import ssl
from typing import Any


def until(tls: Any) -> dt.datetime | None:
    """Of asyncio's `ssl_object`; None where a connection has none."""
    return of_certificate(tls.getpeercert() if tls is not None else None)


def of_certificate(certificate: Any) -> dt.datetime | None:
    """Of what the standard library tells of one."""
    ends = certificate.get("notAfter") if certificate else None
    if not ends:
        return None
    return dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), dt.UTC)
