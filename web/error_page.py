"""The one translation of errors to answers: programs get a problem, people a page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Response

from web.console import frame
from web.http import problems, told, words
from web.http.faults import Fault, fault_of, is_for_programs
from web.http.render import answer as page
from web.http.request import VISITOR, Incoming
from web.http.words import N_
from web.visitor import visit

# What happened, and what to do now.
TEXTS = {
    400: (N_("The request cannot be read"), N_("Go back and try again.")),
    403: (N_("Not allowed"), N_("Go back, reload the page and try again.")),
    404: (
        N_("There is no such page"),
        N_("The address is wrong, or what was here was deleted."),
    ),
    405: (N_("This does not work this way"), N_("Go back and use the buttons of the page.")),
    409: (N_("Already handled"), N_("Go back and look at what has changed.")),
    413: (N_("Too much at once"), N_("What was sent is larger than we take. Shorten it.")),
    415: (N_("This kind of content is not taken"), N_("Go back and use the form of the page.")),
    422: (N_("Some of this cannot be used"), N_("Go back and correct it.")),
    429: (N_("Too fast"), N_("Wait a moment, then try again.")),
    500: (
        N_("Something went wrong here"),
        N_("It is not your fault. Try again; if it happens again, tell us the request id."),
    ),
    503: (
        N_("Not available right now"),
        N_("It cannot be reached or stored just now. Nothing was lost. Try again in a moment."),
    ),
}


# Statuses that may pass in a moment.
AGAIN = frozenset({429, 500, 503})
# Headings where the status alone is not enough.
HEADINGS = {
    "stale_page": N_("The page has expired"),
    "maintenance": N_("Being maintained"),
}
# Statuses whose error has a more specific detail.
SPECIFIC = frozenset({403, 409})


def answer(request: Incoming, error: Exception) -> Response[Any]:
    """Litestar's handler of every exception."""
    fault = fault_of(error)
    if fault.status == 500:
        problems.report(error, problems.request_id_of(request.scope))
    if is_for_programs(request.scope["path"]):
        return problems.problem_of(request, fault)
    return _page(request, fault)


def _page(request: Incoming, fault: Fault) -> Response[Any]:
    after = fault.headers.get("Retry-After")
    locale = words.locale_of(request)
    said = [words.say(locale, each.detail, each.facts) for each in fault.problems]
    detail = " ".join(said) or words.say(locale, fault.detail, fault.facts)
    found: Response[Any] = error_page(
        request,
        fault.status,
        code=fault.code,
        detail=detail,
        after=int(after) if after else None,
        specific=fault.code in {"outcome_unknown", "maintenance"},
    )
    found.headers.update(fault.headers)
    return found


def error_page(
    request: Incoming,
    status: int,
    *,
    code: str = "",
    detail: str = "",
    after: int | None = None,
    specific: bool = False,
) -> Response[Any]:
    """A page, or with htmx a toast over the current page. Needs no database. `specific`: show the
    detail instead of the status's text."""
    heading, advice = TEXTS.get(status, TEXTS[500])
    heading = HEADINGS.get(code, heading)
    locale = words.locale_of(request)
    heading, advice = words.say(locale, heading), words.say(locale, advice)
    is_told = bool(detail) and (specific or status in SPECIFIC)
    if is_told:
        advice = detail
    if told.by_htmx(request):
        words_of_it = {"heading": "" if is_told else heading, "advice": advice}
        return page(request, "parts/failed.html", words_of_it, status=status)
    context = {
        "status": status,
        "heading": heading,
        "advice": advice,
        "after": after,
        "again": _again(request) if status in AGAIN else "",
        "request_id": request.scope.get("state", {}).get("request_id", ""),
    }
    if request.scope["path"].startswith(VISITOR):
        return page(
            request, "leave/trouble.html", context | _visitor(request, status), status=status
        )
    home = {"home": "/", "home_words": words.say(locale, N_("To the start page")), "languages": []}
    # Agents who are signed in keep the navigation.
    desk = request.scope["state"].get("desk")
    if desk is None:
        return page(request, "error.html", context | home, status=status)
    around = frame.bare(request, desk)
    return page(request, "console_error.html", context | home | around, status=status)


def _visitor(request: Incoming, status: int) -> dict[str, Any]:
    """It may be in the panel of a host page; it links to the form, if there is one."""
    slug, _, rest = request.scope["path"][len("/w/") :].strip("/").partition("/")
    visit.remember_hosts(request, slug)
    address = f"/w/{quote(slug)}"
    is_known = status != 404 or rest
    return {
        **visit.frame(request, slug, None),
        "form": visit.address(request, address) if is_known else "",
        "window": f"{address}?lang={words.locale_of(request)}" if is_known else "",
    }


def _again(request: Incoming) -> str:
    """The address to try again; empty for a POST, which a link cannot repeat."""
    if request.scope["method"] != "GET":
        return ""
    query = request.scope["query_string"].decode("latin-1")
    return quote(request.scope["path"]) + (f"?{query}" if query else "")
