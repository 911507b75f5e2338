"""Any form of a site, sent to `/f/{slug}`: its names, its encoding, its page afterwards."""

from __future__ import annotations

import hashlib
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import msgspec
from litestar import Response, Router, get, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from app import fields, limits, messages, settings, widget
from app.brands.shape import Brand
from app.errors import Error, Invalid, NotFound, Problem, TooMany, Unavailable
from app.fields import Form, elsewhere
from app.fields.check import FIELD_LIMIT, Answers
from app.fields.elsewhere import ONCE, PAGE
from app.files import families
from app.messages import spam_check
from app.signed.upload import Upload
from app.tables import new_id
from app.text import clip, in_characters
from app.widget.hosts import matches
from web.http import bodies, posted, told, words
from web.http.address import client_ip, own_origins
from web.http.cors import ANY_SITE, READERS, readers
from web.http.faults import Refused, fault_of
from web.http.posted import Posted
from web.http.render import PACKED, answer, see
from web.http.request import Incoming
from web.http.words import N_
from web.visitor import attached, receipt, trouble, visit
from web.visitor.page import REDRAWN

PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Accept, Content-Type, Idempotency-Key, X-Requested-With",
    "Access-Control-Max-Age": "86400",
}
KEY_MAX = 200
LONG = 60
"""Characters; more are shown in a box of several lines."""
STRANGE = N_(
    "Not sent yet: {site} is not on the list of sites for this form. Your text is kept. Look it "
    "over and send it from here. (If this is your site: list it under Settings → Website widget.)"
)
NO_SITE = N_(
    "Not sent yet: your browser does not say which site this comes from. Your text is kept. "
    "Look it over and send it from here."
)
FAULTY = N_("Not sent yet. Your text is kept. Please correct what is named below.")
FILES = N_("Files cannot be sent with this form: {files}. The rest was sent.")
LEFT_OUT = N_("Files that were not taken")
THANKS = N_("Thank you. Your message has arrived.")
From = Literal["ours", "listed", "program", "strange", "unsaid"]


@get("/")
async def to_form(slug: FromPath[str]) -> Response[Any]:
    """Who opens the address finds a form."""
    return see(f"/w/{slug}")


@route("/", http_method=[HttpMethod.OPTIONS], status_code=204)
async def preflight(request: Incoming) -> Response[None]:
    """Any page may ask; the answer to the POST says who may."""
    return Response(None, status_code=204, headers={**ANY_SITE, **PREFLIGHT})


@post("/", status_code=200)
async def submit(request: Incoming, slug: FromPath[str]) -> Response[Any]:
    brand: Brand | None = None
    try:
        sent = await posted.read(request)
    except (Refused, Invalid) as error:
        return await _unread(request, slug, error)
    try:
        brand = await visit.brand_of(request, slug)
        return await _submit(request, slug, brand, sent)
    except (Error, Refused) as error:
        return await _refused(request, slug, brand, sent, error)


async def _unread(request: Incoming, slug: str, error: Refused | Invalid) -> Response[Any]:
    """Scripts of the site read why. Others see a page; what they sent is still in theirs."""
    nothing = Posted([], is_json=bodies.JSON in request.headers.get("content-type", ""))
    if not _wants_json(request, nothing):
        raise error
    brand = await visit.brand_of(request, slug)
    request.scope["state"][READERS] = readers(request, await widget.read(brand.id))
    return await _refused(request, slug, brand, nothing, error)


async def _submit(request: Incoming, slug: str, brand: Brand, sent: Posted) -> Response[Any]:
    if brand.archived:
        raise Refused(410, "form_closed", trouble.CLOSED)
    setup = await widget.read(brand.id)
    request.scope["state"][READERS] = readers(request, setup)
    ip = client_ip(request)
    came = _from(request, setup, brand, ip)
    if came in {"strange", "unsaid"}:
        site = _origin(request)
        detail = STRANGE if came == "strange" else NO_SITE
        raise Refused(403, "cross_site", detail, facts={"site": site})
    try:
        form = await fields.published(brand.id)
        found = elsewhere.read(sent.pairs, form, words.locale_of(request))
    except Invalid:
        await limits.allow_fault(ip, brand.org)
        raise
    await limits.allow_submit(ip, brand.org)
    files = await _files(slug, brand, form, sent, ip)
    block = await spam_check.blocked(brand.org, found.answers, ip)
    reason = "" if block else await _judged(brand, found, ip)
    left = await messages.leave(
        brand.org,
        _naming(found.answers, files.left_out, brand.locale),
        _visit(request, brand, ip, sent),
        submission_id=_submission_id(request, slug, sent, files.kept),
        spam=reason,
        block=block,
        files=files.kept,
    )
    return _thanks(request, slug, setup, sent, found, left, files)


class _Files(msgspec.Struct, frozen=True):
    kept: tuple[Upload, ...]
    left_out: list[str]
    problems: list[Problem]


async def _files(slug: str, brand: Brand, form: Form, sent: Posted, ip: str) -> _Files:
    """What the form takes; the message is stored whatever comes of them."""
    if form.files is None:
        return _Files((), [each.name for each in sent.files], [])
    values: dict[str, str] = {}
    problems = await attached.take(slug, brand, form, values, sent.files, ip)
    left_out = [each.facts.get("name", "") for each in problems]
    return _Files(tuple(attached.sent(slug, form, values)), left_out, problems)


def _naming(answers: Answers, left_out: list[str], locale: str) -> Answers:
    """The team learns of what was not taken."""
    if not left_out:
        return answers
    said = clip(", ".join(left_out), FIELD_LIMIT, cost=in_characters)
    named = {**answers.fields, words.say(locale, LEFT_OUT): said}
    return msgspec.structs.replace(answers, fields=named)


async def _judged(brand: Brand, found: elsewhere.Recognised, ip: str) -> str:
    """Nobody sees the trap, so who fills it in is no person."""
    if found.trapped:
        return "trap"
    return await spam_check.reason(brand.org, found.answers, ip, brand.mark)


def _visit(request: Incoming, brand: Brand, ip: str, sent: Posted) -> messages.Visit:
    return messages.Visit(
        brand=brand.mark,
        ip=ip,
        user_agent=told.line(request, "user-agent"),
        language=told.line(request, "accept-language"),
        page_url=_page(request, sent),
    )


def _page(request: Incoming, sent: Posted) -> str:
    """Where it was written; a page of ours that sends it again carries that along."""
    carried = visit.web_address(dict(sent.pairs).get(PAGE, ""))
    site = _origin(request)
    here = "" if site == settings.current().origin else visit.web_address(site)
    return carried or visit.page_url(request) or here


def _origin(request: Incoming) -> str:
    """The site that the browser names; empty when it names none."""
    said = request.headers.get("origin", "")
    if said and said != "null":
        return said
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _is_ours(request: Incoming) -> bool:
    same = request.headers.get("sec-fetch-site") == "same-origin"
    return same or _origin(request) in own_origins(request)


def _from(request: Incoming, setup: widget.Setup, brand: Brand, ip: str) -> From:
    """Browsers name the site with every form; programs name none and pass, as in the API. `null`
    is what a browser says that may not tell."""
    site = _origin(request)
    if _is_ours(request):
        return "ours"
    if origin := widget.origin_of(site):
        listed = widget.allows_by_name(setup, origin)
        widget.note(brand.id, origin, ip, allowed=listed)
    if not site:
        names_none = "origin" in request.headers or "sec-fetch-site" in request.headers
        free = setup.embedding != "listed"
        return "unsaid" if names_none and not free else "program"
    return "listed" if widget.allows(setup, site) else "strange"


def _submission_id(request: Incoming, slug: str, sent: Posted, files: tuple[Upload, ...]) -> str:
    """The same key with the same contents is the same message."""
    key = request.headers.get("idempotency-key") or dict(sent.pairs).get(ONCE, "")
    if not key or len(key) > KEY_MAX:
        return str(new_id())
    pairs = [each for each in sent.pairs if each[0] != ONCE]
    digests = [sorted(each.digest for each in files)] if files else []
    said = msgspec.json.encode([slug, key, pairs, *digests])
    return hashlib.sha256(b"form:" + said).hexdigest()


def _wants_json(request: Incoming, sent: Posted) -> bool:
    accepted = request.headers.get("accept", "").lower()
    by_script = request.headers.get("x-requested-with", "").lower() == "xmlhttprequest"
    is_page = "text/html" in accepted
    return not is_page and (sent.is_json or by_script or "application/json" in accepted)


def _thanks(
    request: Incoming,
    slug: str,
    setup: widget.Setup,
    sent: Posted,
    found: elsewhere.Recognised,
    left: messages.Left,
    files: _Files,
) -> Response[Any]:
    shown = receipt.address(request, slug, left, receipt.key(slug, left))
    after = _next(request, setup, found.next)
    if not _wants_json(request, sent):
        return see(after or shown)
    locale = words.locale_of(request)
    none = words.say(locale, FILES, {"files": ", ".join(files.left_out)})
    none = none if files.left_out and not files.problems else ""
    body = {
        "ok": True,
        "success": True,
        "message": words.say(locale, THANKS),
        "reference": left.reference,
        "next": after or f"{settings.current().base_url}{shown}",
        "warnings": [
            {"field": each.pointer.strip("/"), "code": each.code, "message": said}
            for each in (*found.answers.doubts, *files.problems)
            if (said := words.say(locale, each.detail, each.facts))
        ]
        + ([{"field": "", "code": "no_files", "message": none}] if none else []),
        "ignored": found.ignored,
    }
    return Response(body, status_code=200)


def _next(request: Incoming, setup: widget.Setup, wished: str) -> str:
    """The page that the form names, if it is of the same site or of one that is listed. From a page
    of ours, browsers follow to no other site (form-action)."""
    if not wished or _is_ours(request):
        return ""
    came = visit.referrer(request) or f"{_origin(request)}/"
    try:
        target = visit.web_address(urljoin(came, wished))
        parts = urlsplit(target)
        origin = f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return ""
    if not widget.origin_of(origin):
        return ""
    is_same = origin == _origin(request)
    return target if is_same or matches(setup.hosts, origin) else ""


async def _refused(
    request: Incoming, slug: str, brand: Brand | None, sent: Posted, error: Exception
) -> Response[Any]:
    """Everything that was sent comes back, with why, and a button to send it again."""
    locale = words.locale_of(request)
    fault = fault_of(error)
    notice = _notice(error, fault.detail)
    problems = [
        (_name(each), each.code, words.say(locale, each.detail, each.facts))
        for each in fault.problems
    ]
    said = words.say(locale, notice, fault.facts)
    if _wants_json(request, sent):
        errors = [{"field": name, "code": code, "message": text} for name, code, text in problems]
        body = {
            "ok": False,
            "success": False,
            "error": said,
            "message": said,
            "errors": errors or [{"field": "", "code": fault.code, "message": said}],
        }
        return Response(body, status_code=fault.status, headers=fault.headers)
    pairs = [(name, text) for name, text in sent.pairs if name not in {ONCE, PAGE}]
    context = {
        **visit.frame(request, slug, brand),
        "action": f"/f/{slug}?lang={locale}",
        "notice": said,
        "may_send": not isinstance(error, NotFound) and fault.status != 410,
        "problems": [(f"f{_at(pairs, name)}", text) for name, _, text in problems],
        "faults": {name: text for name, _, text in reversed(problems)},
        "shown": [each for each in pairs if _is_shown(each[0])],
        "carried": [each for each in pairs if not _is_shown(each[0])],
        "once": dict(sent.pairs).get(ONCE) or str(new_id()),
        "page": _page(request, sent),
        "long": LONG,
        "files": [each.name for each in sent.files],
        "files_again": await _choose_again(brand) if sent.files else "",
        "after": int(fault.headers.get("Retry-After", "0")),
    }
    headers = {**visit.HEADERS, **fault.headers}
    async with REDRAWN:
        return answer(
            request, "leave/elsewhere.html", context, status=fault.status, headers=headers
        )


async def _choose_again(brand: Brand | None) -> str:
    """What its file dialog offers, where the form takes files: they are not kept for somebody who
    has not sent anything yet."""
    if brand is None or brand.archived:
        return ""
    try:
        field = (await fields.published(brand.id)).files
    except Unavailable:
        return ""
    return families.accepted(field.file_terms[0]) if field else ""


def _notice(error: Exception, detail: str) -> str:
    if isinstance(error, Invalid):
        return FAULTY
    if isinstance(error, TooMany):
        return trouble.TOO_MANY
    if isinstance(error, Unavailable):
        return trouble.UNKNOWN if error.unknown else trouble.AWAY
    return detail


def _name(problem: Problem) -> str:
    """The form's own name of what is at fault."""
    return problem.pointer.removeprefix("/").replace("~1", "/").replace("~0", "~")


def _is_shown(name: str) -> bool:
    return not name.startswith("_") and name.lower() not in elsewhere.NO_ANSWERS


def _at(pairs: list[tuple[str, str]], name: str) -> int:
    shown = [each for each, _ in pairs if _is_shown(each)]
    return shown.index(name) if name in shown else 0


router = Router(
    "/f/{slug:str}",
    route_handlers=[preflight, to_form, submit],
    middleware=[PACKED],
    request_max_body_size=posted.BODY_LIMIT,
)
