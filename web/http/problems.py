"""Errors for programs: RFC 9457 problems.

They never contain input, a library's message or a trace; the request id finds the trace in the log.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
import structlog
from litestar import Response

from app import trace
from web.http import words
from web.http.faults import (
    TITLES,
    Fault,
)
from web.http.request import Incoming

log = structlog.get_logger("web")

MEDIA_TYPE = "application/problem+json"
# A name for each code; it is not an address to open. docs/api.md lists them.
TYPE_PREFIX = "urn:leavemsg:problem:"


class Place(msgspec.Struct, frozen=True):
    """One fault of the input. `pointer` is a JSON Pointer; a query parameter is "/name"."""

    pointer: str
    code: str
    detail: str


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, rename={"kind": "type"}):
    """What went wrong (RFC 9457). `code` is for programs, `errors` has every fault of the input."""

    kind: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: list[Place]


def request_id_of(scope: Any) -> str:
    return str(scope.get("state", {}).get("request_id", ""))


def report(error: BaseException, request_id: str) -> None:
    name = type(error).__qualname__
    log.error("unexpected", error=name, request_id=request_id, trace=trace.of(error))


def problem_of(request: Incoming, fault: Fault) -> Response[ProblemDetails]:
    locale = words.locale_of(request)
    details = ProblemDetails(
        kind=TYPE_PREFIX + fault.code,
        title=words.say(locale, TITLES[fault.status]),
        status=fault.status,
        detail=words.say(locale, fault.detail, fault.facts),
        instance=quote(request.scope["path"], errors="replace"),
        code=fault.code,
        request_id=request_id_of(request.scope),
        errors=[
            Place(each.pointer, each.code, words.say(locale, each.detail, each.facts))
            for each in fault.problems
        ],
    )
    headers = {"Content-Language": locale, "Vary": "Accept-Language", **fault.headers}
    return Response(details, status_code=fault.status, media_type=MEDIA_TYPE, headers=headers)
