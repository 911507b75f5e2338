"""/.well-known/security.txt: to whom faults in the security are told, once the operator says it."""

from __future__ import annotations

import datetime as dt

from litestar import Response, get

from app import security_contact, settings
from app.errors import NotFound
from app.languages import LANGUAGES

HERE = "/.well-known/security.txt"


@get(HERE, sync_to_thread=False)
def security_txt() -> Response[str]:
    current = settings.current()
    if not current.security_contact:
        raise NotFound
    first = [current.locale, *(each for each in LANGUAGES if each != current.locale)]
    text = security_contact.written(
        current.security_contact, current.base_url, first, dt.datetime.now(dt.UTC)
    )
    return Response(text, media_type="text/plain")
