"""The visitor's receipt: a number to quote. Its link is signed, soon over and nobody else's."""

from __future__ import annotations

import datetime as dt
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import messages, secrets
from app.tables import Organization
from web import visit
from web.render import answer, wants_fragment

Incoming = Request[Any, Any, Any]

PURPOSE = "receipt"
# Long enough to reload the page and note the number, short enough for a link left in a history.
LIFETIME = dt.timedelta(hours=24)
SHORTEST_TO_MASK = 8


@get("/r/{reference:str}")
async def show(request: Incoming, slug: FromPath[str], reference: FromPath[str]) -> Response[str]:
    org = await visit.organization(request, slug)
    may_quote = opened(slug, reference, request.query_params.get("k", ""))
    if may_quote is None:
        raise NotFoundException
    row = await messages.by_reference(org.id, reference) if may_quote else None
    return draw(request, slug, org, reference, row)


def draw(
    request: Incoming,
    slug: str,
    org: Organization,
    reference: str,
    row: messages.Row | None,
    *,
    headers: dict[str, str] | None = None,
) -> Response[str]:
    context = {
        **visit.frame(request, slug, org),
        "reference": reference,
        "content": row.content if row else "",
        "contact": masked(row.phone, row.email) if row else "",
        "again": visit.address(request, f"/w/{slug}"),
    }
    template = "leave/receipt.html" if wants_fragment(request) else "leave/done.html"
    return answer(request, template, context, headers={**visit.HEADERS, **(headers or {})})


def address(request: Incoming, slug: str, left: messages.Left) -> str:
    return visit.address(request, f"/w/{slug}/r/{left.reference}", k=key(slug, left))


def key(slug: str, left: messages.Left, *, now: dt.datetime | None = None) -> str:
    """Says until when, and whether the message may be quoted.

    A repeat shows the number of the first, which may be another visitor's.
    """
    until = int(((now or dt.datetime.now(dt.UTC)) + LIFETIME).timestamp())
    body = f"{until}.{0 if left.duplicate else 1}"
    return f"{body}.{_signature(slug, left.reference, body)}"


def opened(slug: str, reference: str, given: str) -> bool | None:
    """Whether the message may be quoted; None when the key is none of ours or is over."""
    body, _, signature = given.rpartition(".")
    if not secrets.signed(PURPOSE, f"{slug}.{reference}.{body}", signature):
        return None
    until, _, may_quote = body.partition(".")
    return may_quote == "1" if int(until) > dt.datetime.now(dt.UTC).timestamp() else None


def _signature(slug: str, reference: str, body: str) -> str:
    return secrets.sign(PURPOSE, f"{slug}.{reference}.{body}")


def masked(phone: str, email: str) -> str:
    """138****8000 or zh***@example.com: enough for its owner to know it."""
    if phone:
        short = len(phone) < SHORTEST_TO_MASK
        return "*" * len(phone) if short else f"{phone[:3]}****{phone[-4:]}"
    name, at, domain = email.partition("@")
    return f"{name[:2]}***{at}{domain}" if at else ""
