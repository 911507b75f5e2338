"""Errors as answers: the code, status and text of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from litestar.exceptions import HTTPException

from app.errors import Conflict, Error, Gone, Invalid, NotFound, Problem, TooMany, Unavailable
from web.http.request import PROBES, PROVIDERS
from web.http.words import N_

TITLES = {
    400: N_("The request cannot be read"),
    401: N_("A valid token is required"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("Method not allowed"),
    408: N_("The request took too long"),
    409: N_("Conflict"),
    410: N_("Gone"),
    412: N_("Changed meanwhile"),
    413: N_("Too large"),
    415: N_("Unsupported media type"),
    422: N_("Some of this cannot be used"),
    429: N_("Too many requests"),
    500: N_("Something went wrong here"),
    503: N_("Not available right now"),
}

# Code and text for errors without their own.
DEFAULTS: dict[int, tuple[str, str]] = {
    400: ("malformed", N_("The request is malformed.")),
    401: ("token_required", N_("Send a token in the header: Authorization: Bearer …")),
    403: ("forbidden", N_("You are not allowed to do this.")),
    404: ("not_found", N_("There is nothing here, or it is not yours.")),
    405: ("method_not_allowed", N_("This address does not answer that method; see Allow.")),
    413: ("too_large", N_("The request is larger than this address accepts.")),
    415: ("unsupported_media_type", N_("This address does not accept that kind of content.")),
    422: ("invalid", N_("Correct what is listed and send it again. Nothing was stored.")),
    429: ("too_many", N_("Too many requests. Try again in {seconds} seconds.")),
    500: ("internal", N_("This is our fault. Quote the request id when you report it.")),
    503: (
        "unavailable",
        N_("It could not be stored just now. Nothing was stored; try again soon."),
    ),
}

UNKNOWN = N_(
    "The connection to the database broke while this was being stored: it is stored, or it is not."
    " A message is stored once however often it is sent with the same Idempotency-Key; of anything"
    " else look first."
)

HANG_UP = {"Connection": "close"}


class Fault(msgspec.Struct, frozen=True):
    """Texts are message ids; `facts` fill their placeholders."""

    status: int
    code: str
    detail: str
    facts: dict[str, str] = {}
    headers: dict[str, str] = {}
    problems: tuple[Problem, ...] = ()


class Refused(Exception):
    """The request itself is at fault, whatever its contents."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        facts: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}")
        self.fault = Fault(status, code, detail, dict(facts or {}), dict(headers or {}))


def is_for_programs(path: str) -> bool:
    """Whether errors at this path are problems for programs, else pages for people."""
    if path.startswith("/w/"):
        return path.endswith("/presence")
    if path in PROBES or path in {"/api", "/.well-known/security.txt"}:
        return True
    return path.startswith(("/api/", PROVIDERS))


def fault_of(error: Exception) -> Fault:
    if isinstance(error, Refused):
        return error.fault
    if isinstance(error, Error):
        return _known(error)
    if isinstance(error, HTTPException) and error.status_code in DEFAULTS:
        # The rest of a too large body is not read.
        headers = HANG_UP if error.status_code == 413 else _allow(error.headers or {})
        return _default(error.status_code, headers=headers)
    return _default(500)


def _known(error: Error) -> Fault:
    if isinstance(error, Invalid):
        return _default(422, problems=error.problems)
    if isinstance(error, NotFound):
        return _default(404)
    if isinstance(error, Conflict):
        back = {"Retry-After": str(error.after)} if error.after else {}
        return Fault(409, error.code, error.detail, error.facts, back)
    if isinstance(error, Gone):
        return Fault(410, error.code, error.detail, error.facts)
    if isinstance(error, TooMany):
        seconds = str(max(1, error.after))
        return _default(429, facts={"seconds": seconds}, headers={"Retry-After": seconds})
    if isinstance(error, Unavailable):
        later = {"Retry-After": str(error.after)}
        if error.unknown:
            return Fault(503, "outcome_unknown", UNKNOWN, headers=later)
        return _default(503, headers=later)
    return _default(500)


def _default(
    status: int,
    *,
    facts: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
) -> Fault:
    code, detail = DEFAULTS[status]
    return Fault(status, code, detail, dict(facts or {}), dict(headers or {}), tuple(problems))


def _allow(headers: Mapping[str, str]) -> dict[str, str]:
    """The Allow header of Litestar's own headers, with HEAD added."""
    text = next((value for name, value in headers.items() if name.lower() == "allow"), "")
    methods = set(text.split(", ")) - {""}
    if "GET" in methods:
        methods.add("HEAD")
    return {"Allow": ", ".join(sorted(methods))} if methods else {}
