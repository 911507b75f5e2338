"""Numbers for Prometheus, for who has the operator's token. Without one set, there are none."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from app import settings
from app.errors import NotFound
from app.metrics import access
from web.http.faults import Refused
from web.http.words import N_

HERE = "/metrics"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="leavemsg metrics"'}


@get(HERE)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    current = settings.current()
    if not current.metrics_token:
        raise NotFound
    if not access.may_read(current, request.headers.get("authorization", "")):
        wrong = N_("Send the token of LEAVEMSG_METRICS_TOKEN: Authorization: Bearer …")
        raise Refused(401, "token_invalid", wrong, headers=CHALLENGE)
    from app.metrics import text

    content, media_type = await text.scrape(request.headers.get("accept", ""))
    # Of text the charset is added; twice it is no media type.
    return Response(content, media_type=media_type.removesuffix("; charset=utf-8"))
