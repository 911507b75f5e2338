"""Until when the certificate of a server holds."""

from __future__ import annotations

import datetime as dt
import ssl
from typing import Any


def until(stream: Any) -> dt.datetime | None:
    """Of a stream of the HTTP library; None where it is not encrypted."""
    tls = stream.get_extra_info("ssl_object") if stream is not None else None
    return of_certificate(tls.getpeercert() if tls is not None else None)


def of_certificate(certificate: Any) -> dt.datetime | None:
    """Of what the standard library tells of one."""
    ends = certificate.get("notAfter") if certificate else None
    if not ends:
        return None
    return dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), dt.UTC)
