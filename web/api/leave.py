"""Leaving a message by program, in the shape of the unified format."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, post, route
from litestar.enums import HttpMethod

from app import (
    fields,
    limits,
    messages,
    widget,
)
from app.brands import stored as brands
from app.brands.shape import Brand, first
from app.errors import Invalid, NotFound, Problem
from app.fields import check
from app.messages import spam_check
from app.people import tokens
from app.reading import nulls, objects
from app.reading.dates import seconds
from app.tables import Organization, new_id
from web.api import bearer, dry_run
from web.api.dry_run import DryRun
from web.api.once import idempotency_key
from web.api.shapes import NewMessage, Receipt, Warning
from web.http import (
    bodies,
    told,
    words,
)
from web.http.address import client_ip, own_origins
from web.http.cors import ANY_SITE, READERS, readers
from web.http.faults import Refused
from web.http.operation import PREFIX, Answer, Operation, Parameter, described
from web.http.request import ROOM, Incoming
from web.http.words import N_

ADDRESS_LIMIT = 2048
PAGES = ("page_url", "referrer")
# A page sends JSON and a key, so that a second try is no second message; never a token.
PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "86400",
}
# What was written, without the form's language and version.
SAID = ("content", "name", "phone", "email", "wechat", "category", "fields")
# Where each answer of the form stands in the body.
PLACES = {
    "content": "/message/content",
    "category": "/message/category",
    "name": "/visitor/name",
    "phone": "/visitor/phone",
    "email": "/visitor/email",
    "wechat": "/visitor/wechat",
    "contact": "/visitor",
}

EXAMPLE = {
    "org": "default",
    "visitor": {"name": "张三", "phone": "13800138000", "email": "zhangsan@example.com"},
    "message": {"content": "我想咨询一下产品价格", "category": "产品咨询"},
    "fields": {},
    "page_url": "https://www.example.com/pricing",
    "referrer": "https://www.example.com/",
}

LEAVE = Operation(
    id="leaveMessage",
    again="own",
    summary="Leave a message",
    description="Stored when answered, with everything that is owed for it. The same content again "
    "within the window is linked to the first. Without a token the limit per address applies. "
    "From a browser, pages of this origin and of the sites that may show the form may call it, "
    "without credentials. A phone number or an address that is probably a slip is stored all the "
    "same and named in `warnings`: ask the visitor, and send the corrected one, which is told to "
    "the team at once.",
    scope="submit",
    open_to_all=True,
    body=NewMessage,
    example=EXAMPLE,
    answer=Receipt,
    status=201,
    answered="Stored. `Location` is there when the token may read it.",
    other_answers=(Answer(200, DryRun, "With `dry_run`: what would become of it."),),
    parameters=(
        dry_run.PARAMETER,
        Parameter(
            "Idempotency-Key",
            "Makes a retry safe: the same key and message give the first answer again. Another "
            "message with the same key is refused with a token, and stored without one.",
            {"type": "string", "minLength": 1, "maxLength": 200},
            "header",
        ),
    ),
    faults=(403, 404, 409, 410, 429),
)


@post("/messages", status_code=201, opt=described(LEAVE))
async def leave(request: Incoming) -> Response[Receipt | DryRun]:
    dry = dry_run.wanted(request)
    raw = nulls.given(bodies.json_of(request), NewMessage)
    brand = await _brand(request, raw.get("org", "default"))
    if request.auth is None:
        await _refuse_other_sites(request, brand)
    form = await fields.published(brand.id) if brand else fields.built_in()
    ip = client_ip(request)
    locale = words.locale_of(request)
    try:
        sent, answers = _checked(raw, form, locale)
    except Invalid:
        if request.auth is None and brand is not None:
            await limits.allow_fault(ip, brand.org)
        raise
    if brand is None:
        raise NotFound
    if brand.archived:
        raise Refused(410, "form_closed", N_("This form is closed."))
    org = brand.org
    warnings = _warnings(answers, locale)
    visit = _visit(request, brand, ip, sent)
    if dry:
        found = await dry_run.of(org, answers, visit, by=dry, warnings=warnings)
        return Response(found, status_code=200)
    key = _submission_id(request, answers)
    is_public = request.auth is None
    if is_public:
        request.scope["state"][ROOM] = await limits.allow_submit(ip, org)
    # A program's address is not the visitor's.
    block = await spam_check.blocked(org, answers, ip if is_public else "")
    judged = is_public and not block
    reason = await spam_check.reason(org, answers, ip, brand.mark) if judged else ""
    left = await messages.leave(org, answers, visit, submission_id=key, spam=reason, block=block)
    receipt = Receipt(
        left.uid,
        left.reference,
        left.status,
        left.duplicate,
        seconds(left.created_at),
        warnings,
    )
    may_read = request.auth is not None and "messages:read" in bearer.of(request).scopes
    location = {"Location": f"{PREFIX}/messages/{left.uid}"} if may_read else {}
    return Response(receipt, status_code=201, headers=location)


@route("/messages", http_method=[HttpMethod.OPTIONS], status_code=204)
async def preflight(request: Incoming) -> Response[None]:
    """Any page may ask, as only the body names the organization; the answer to the POST says who
    may."""
    return Response(None, status_code=204, headers={**ANY_SITE, **PREFLIGHT})


async def _refuse_other_sites(request: Incoming, brand: Brand | None) -> None:
    """Raises Refused for a page of a site that may not show the form. Browsers send the origin;
    programs send none and pass."""
    if _is_ours(request):
        return
    setup = await widget.read(brand.id) if brand else widget.Setup()
    request.scope["state"][READERS] = readers(request, setup)
    if not widget.allows(setup, request.headers.get("origin", "")):
        raise Refused(403, "cross_site", N_("Pages of other sites may not call this."))


def _is_ours(request: Incoming) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is None:
        origin = request.headers.get("origin")
        return origin is None or origin in own_origins(request)
    return site in {"same-origin", "none"}


def _checked(
    raw: dict[str, Any], form: fields.Form, language: str
) -> tuple[NewMessage, check.Answers]:
    """Raises Invalid with every fault, of the shape and of the answers."""
    problems = objects.faults(raw, NewMessage)
    problems += [fault for name in PAGES for fault in _page_faults(name, raw.get(name))]
    answers = check.Answers(content="")
    try:
        answers = check.check(form, _flat(raw), pointer=_place, language=language)
    except Invalid as error:
        told = {problem.pointer for problem in problems}
        problems += [problem for problem in error.problems if problem.pointer not in told]
    if problems:
        raise Invalid(problems)
    return msgspec.convert(raw, NewMessage), answers


def _warnings(answers: check.Answers, locale: str) -> list[Warning]:
    return [
        Warning(doubt.pointer, doubt.code, words.say(locale, doubt.detail, doubt.facts))
        for doubt in answers.doubts
    ]


def _flat(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The body as flat answers, as from a form."""
    visitor, message = _object(raw.get("visitor")), _object(raw.get("message"))
    return {
        **{name: visitor.get(name) for name in ("name", "phone", "email", "wechat")},
        **{name: message.get(name) for name in ("content", "category")},
        "fields": _without_nulls(raw.get("fields")),
    }


def _without_nulls(fields: Any) -> Any:
    if not isinstance(fields, dict):
        return fields
    return {key: value for key, value in fields.items() if value is not None}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _place(name: str) -> str:
    if name.startswith("groups/"):
        return "/fields"
    field = name.removeprefix("fields/")
    return PLACES.get(name) or (
        objects.pointer("fields", field) if field != name else objects.pointer(name)
    )


def _page_faults(name: str, value: Any) -> list[Problem]:
    """A referrer may be an app (android-app://…); it is never opened."""
    if not value or not isinstance(value, str):
        return []
    if len(value) > ADDRESS_LIMIT:
        limit = {"limit": str(ADDRESS_LIMIT)}
        return [
            Problem(objects.pointer(name), "too_long", N_("Use at most {limit} characters"), limit)
        ]
    if name == "page_url" and not value.startswith(("http://", "https://")):
        return [Problem(objects.pointer(name), "url_expected", N_("This must start with https://"))]
    return []


def _submission_id(request: Incoming, answers: check.Answers) -> str:
    """Keys of different callers never collide. Without a token, the key is combined with the
    contents, so that strangers' keys do not meet. Raises Refused."""
    key = idempotency_key(request)
    if key is None:
        return str(new_id())
    if request.auth is None:
        caller = b"public:" + msgspec.json.encode([getattr(answers, name) for name in SAID])
    else:
        caller = str(bearer.of(request).id).encode()
    return hashlib.sha256(caller + b":" + key.encode()).hexdigest()


async def _brand(request: Incoming, slug: Any) -> Brand | None:
    """None when there is none: other faults are reported first. With a token it is one of its
    organization's, and the first where `org` names none of them."""
    if request.auth is not None:
        return await _of_token(await tokens.org_of(bearer.of(request)), slug)
    if not isinstance(slug, str):
        return None
    with contextlib.suppress(NotFound):
        return await brands.by_slug(slug)
    return None


async def _of_token(org: Organization, slug: Any) -> Brand:
    if slug == org.slug:
        return first(org)
    return next((each for each in await brands.all_of(org) if each.slug == slug), first(org))


def _visit(request: Incoming, brand: Brand, ip: str, sent: NewMessage) -> messages.Visit:
    return messages.Visit(
        brand=brand.mark,
        ip=ip,
        user_agent=told.line(request, "user-agent"),
        language=told.line(request, "accept-language").partition(",")[0],
        page_url=sent.page_url,
        referrer=sent.referrer,
    )


# `preflight` first: after a POST, Litestar would make its own OPTIONS.
handlers = [preflight, leave]
