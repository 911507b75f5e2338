"""Who may read the numbers: who has the operator's token."""

from __future__ import annotations

import hmac

from app.settings import Settings


def may_read(settings: Settings, authorization: str) -> bool:
    """Never without a token that is set; `authorization` is the header, as it came."""
    scheme, _, given = authorization.partition(" ")
    wanted = settings.metrics_token
    same = hmac.compare_digest(given.strip().encode(), wanted.encode())
    return bool(wanted) and scheme.lower() == "bearer" and same
