"""The visitor's receipt: a number to quote. Its link is signed and expires soon."""

from __future__ import annotations

import datetime as dt

from litestar import Response, get
from litestar.params import FromPath

from app import messages, secrets
from app.brands.shape import Brand
from app.erasure.gone import erased_at
from app.errors import NotFound
from app.files import read as files
from app.messages import Row, masked
from app.reading import phones, uids
from web.http.render import answer, wants_fragment
from web.http.request import Incoming
from web.visitor import promised, status, visit

PURPOSE = "receipt"
# Long enough to reload the page and note the number, short enough for a link left in a history.
LIFETIME = dt.timedelta(hours=24)


@get("/r/{reference:str}")
async def show(request: Incoming, slug: FromPath[str], reference: FromPath[str]) -> Response[str]:
    brand = await visit.brand_of(request, slug)
    uid = opened(slug, reference, request.query_params.get("k", ""))
    if uid is None:
        return status.over(request, slug, brand, f"/w/{slug}/r/{reference}")
    return await draw(request, slug, brand, reference, uid, key=request.query_params["k"])


async def draw(
    request: Incoming,
    slug: str,
    brand: Brand,
    reference: str,
    uid: str,
    *,
    key: str,
    headers: dict[str, str] | None = None,
) -> Response[str]:
    """Quotes what this visitor wrote, even if the reference is that of the first message."""
    path = f"/w/{slug}/r/{reference}"
    try:
        row = await messages.one(brand.org.id, uid)
    except NotFound:
        row = None
    if row is None or row.erased_at:
        at = await erased_at(brand.org.id, uid)
        if at is None:
            return status.over(request, slug, brand, path)
        return status.erased(request, slug, brand, at, path, key)
    context = {
        **visit.frame(request, slug, brand),
        "usual": await visit.usual(request, brand),
        "reference": reference,
        "content": row.content,
        "sent_files": await files.of(brand.org.id, uids.uid(row.uid)) if row.files else [],
        "promise": await promised.sentence(request, brand, row, contact=reached_at(row)),
        "contact": reached_at(row),
        "status": status.address(request, slug, uid),
        "again": visit.address(request, f"/w/{slug}"),
        "languages": visit.languages(request, path, k=key),
    }
    template = "leave/receipt.html" if wants_fragment(request) else "leave/done.html"
    return answer(request, template, context, headers={**visit.HEADERS, **(headers or {})})


def address(request: Incoming, slug: str, left: messages.Left, key: str) -> str:
    return visit.address(request, f"/w/{slug}/r/{left.reference}", k=key)


def key(slug: str, left: messages.Left, *, now: dt.datetime | None = None) -> str:
    """The key for the link: its expiry and the message's uid, as a repeat shows another message's
    reference."""
    until = int(((now or dt.datetime.now(dt.UTC)) + LIFETIME).timestamp())
    body = f"{until}.{left.uid}"
    return f"{body}.{_signature(slug, left.reference, body)}"


def opened(slug: str, reference: str, given: str) -> str | None:
    """The message's uid; None when the key is not ours or has expired."""
    body, _, signature = given.rpartition(".")
    if not secrets.signed(PURPOSE, f"{slug}.{reference}.{body}", signature):
        return None
    until, _, uid = body.partition(".")
    return uid if int(until) > dt.datetime.now(dt.UTC).timestamp() else None


def _signature(slug: str, reference: str, body: str) -> str:
    return secrets.sign(PURPOSE, f"{slug}.{reference}.{body}")


def reached_at(row: Row) -> str:
    """How the visitor can be answered, masked: phone, email, else WeChat; empty without any."""
    found = (phones.dial(row.phone) or row.phone) or row.email or row.wechat
    return masked(found) if found else ""
