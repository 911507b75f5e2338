"""The visitor's form. No cookie, no script needed; nothing typed is ever lost."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, Literal

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath

from app import (
    fields,
    limits,
    messages,
    settings,
    widget,
)
from app.blocks.match import Caught
from app.brands.shape import Brand
from app.errors import Conflict, Invalid, NotFound, Problem, TooMany, Unavailable
from app.fields import Form, check
from app.messages import spam_check as judge
from app.overview import funnel
from app.signed import form_token, proof
from app.signed.form_token import Token
from app.signed.upload import Upload
from app.tables import Organization
from web.http import posted, told, words
from web.http.address import client_ip
from web.http.bodies import WITH_FILES, form_of
from web.http.render import PACKED, answer, see, wants_fragment
from web.http.request import Incoming
from web.visitor import (
    asked,
    attached,
    questions,
    receipt,
    trouble,
    visit,
)
from web.visitor.page import REDRAWN, draw

HONEYPOT = "link"
BEGUN = "begun"
"""A hidden field: the script sets it once it has told that somebody began to write."""
OLD = dt.timedelta(seconds=5)
"""A message that was stored before is no other one: it was sent twice."""
HURRIED = 3
"""Times the minimum: people who read the form take longer."""
PROOF = "proof"


class Unclear(Exception):
    """Not stored yet: there are faults, or doubts to ask about."""

    def __init__(self, problems: list[Problem], doubts: list[Problem]) -> None:
        super().__init__("unclear")
        self.problems = problems
        self.doubts = doubts


@get("/")
async def form(request: Incoming, slug: FromPath[str]) -> Response[str]:
    brand = await visit.brand_of(request, slug)
    if brand.archived:
        return closed(request, slug, brand)
    funnel.count(brand.org, "opened")
    values = {"page_url": visit.page_url(request), "referrer": visit.referrer(request)}
    return await draw(request, slug, brand, await fields.published(brand.id), values)


@post("/begun", status_code=204)
async def begun(request: Incoming, slug: FromPath[str]) -> None:
    """Somebody began to write. Nothing of it, or of them, is told."""
    funnel.count((await visit.brand_of(request, slug)).org, "begun")


@post(
    "/",
    status_code=200,
    opt={WITH_FILES: True},
    request_max_body_size=posted.BODY_LIMIT,
)
async def submit(request: Incoming, slug: FromPath[str]) -> Response[Any]:
    came = await posted.own_form(request)
    values = form_of(request)
    brand: Brand | None = None
    form = fields.built_in()
    try:
        brand = await visit.brand_of(request, slug)
        if brand.archived:
            return closed(request, slug, brand, values.get("content", ""))
        token = form_token.opened(slug, values.get("token", ""))
        form = await _form_of(brand, token)
        refused = await attached.take(slug, brand, form, values, came, client_ip(request))
        if not refused:
            refused = attached.missing(slug, form, values, words.locale_of(request))
        return await _submit(request, slug, brand, form, token, values, refused)
    except Unclear as error:
        _count(brand, values, "refused" if error.problems else None)
        async with REDRAWN:
            return await draw(
                request, slug, brand, form, values, problems=error.problems, doubts=error.doubts
            )
    except TooMany as error:
        _count(brand, values, "refused")
        return await _refusal(
            request, slug, brand, form, values, 429, trouble.TOO_MANY, error.after
        )
    except Unavailable as error:
        _count(brand, values, "refused")
        notice = trouble.UNKNOWN if error.unknown else trouble.AWAY
        return await _refusal(request, slug, brand, form, values, 503, notice, error.after)


def closed(request: Incoming, slug: str, brand: Brand, written: str = "") -> Response[str]:
    """Instead of the form of a brand that is archived. With htmx the form on the screen stays, and
    with it what was typed; else what was written is shown, to be taken elsewhere."""
    context = {
        "written": written,
        **visit.frame(request, slug, brand),
        "languages": visit.languages(request, f"/w/{slug}"),
    }
    if wants_fragment(request):
        notice = {"notice": words.say(words.locale_of(request), trouble.CLOSED), "after": 0}
        return answer(request, "leave/refusal.html", notice, status=410, headers=visit.HEADERS)
    return answer(request, "leave/closed.html", context, status=410, headers=visit.HEADERS)


def _count(
    brand: Brand | None, values: dict[str, str], step: Literal["sent", "refused"] | None
) -> None:
    """Of the funnel. Without a script nobody told that it was begun: then it is now."""
    if brand is None:
        return
    steps: list[funnel.Step] = [step] if step else []
    if not values.get(BEGUN):
        values[BEGUN] = "1"
        steps.append("begun")
    if steps:
        funnel.count(brand.org, *steps)


async def _form_of(brand: Brand, token: Token | None) -> Form:
    """The form that was on the page, even if another was published since."""
    if token is not None:
        try:
            return await fields.version(brand.org.id, token.version)
        except NotFound:
            pass
    return await fields.published(brand.id)


async def _submit(
    request: Incoming,
    slug: str,
    brand: Brand,
    form: Form,
    sent: Token | None,
    values: dict[str, str],
    refused: list[Problem],
) -> Response[Any]:
    ip = client_ip(request)
    try:
        token, answers = _checked(request, form, sent, values, refused)
    except Unclear:
        await limits.allow_fault(ip, brand.org)
        raise
    solution = values.get(PROOF, "")
    work = await proof.done(_mark(values), solution) if solution else "none"
    # A message that returns with an answer was counted when it was asked.
    if work == "none" or not await limits.answers_first(_mark(values)):
        await limits.allow_submit(ip, brand.org)
    answers = await _with_context(brand, answers, values)
    block = await judge.blocked(brand.org, answers, ip)
    reason = "" if block else _trapped(values, answers, token)
    if not block and not reason:
        reason = await judge.reason(brand.org, answers, ip, brand.mark)
    if reason == "flood" and brand.org.proof_of_work:
        if work == "none" and wants_fragment(request):
            return _question(request, _mark(values))
        reason = "" if work == "solved" else reason
    seen = await _visit(request, brand, ip, values)
    files = tuple(attached.sent(slug, form, values))
    left = await _leave(
        brand.org, answers, seen, token.nonce, spam=reason, block=block, files=files
    )
    if not reason and not block and dt.datetime.now(dt.UTC) - left.created_at < OLD:
        _count(brand, values, "sent")
    return await _thanks(request, slug, brand, left)


def _checked(
    request: Incoming,
    form: Form,
    sent: Token | None,
    values: dict[str, str],
    refused: list[Problem],
) -> tuple[Token, check.Answers]:
    """Raises Unclear with every fault and doubt, of the page, of the answers and of the files."""
    token, problems = _token(sent)
    sheet = check.look(form, questions.raw(form, values), language=words.locale_of(request))
    problems += [*sheet.problems, *refused]
    if token is None or problems or asked.open_doubts(form, values, sheet.doubts):
        raise Unclear(problems, sheet.doubts)
    return token, sheet.answers()


def _question(request: Incoming, mark: str) -> Response[str]:
    """The proof-of-work question; nothing is stored yet. Only pages with a script get it, and any
    answer, even an unsolved one, gets the message stored."""
    context = {"question": proof.ask(mark)}
    return answer(request, "leave/proof.html", context, headers=visit.HEADERS)


def _mark(values: dict[str, str]) -> str:
    """Of the message, for the question and its answer."""
    return proof.mark({name: said for name, said in values.items() if name != PROOF})


def _token(sent: Token | None) -> tuple[Token | None, list[Problem]]:
    try:
        return form_token.in_time(sent), []
    except Invalid as error:
        return None, error.problems


def _trapped(values: dict[str, str], answers: check.Answers, token: Token) -> str:
    """Why it looks automatic: "fast", "trap" or empty. Autofill may fill in the hidden field for
    people, too, so "trap" needs another sign. The sender gets the usual answer."""
    waited = dt.datetime.now(dt.UTC) - token.issued
    least = dt.timedelta(seconds=settings.current().submit_seconds)
    # After a clock was set back, the time says nothing.
    if dt.timedelta() <= waited < least:
        return "fast"
    hurried = dt.timedelta() <= waited < HURRIED * least
    trap = values.get(HONEYPOT, "")
    advertises = judge.links(trap) or judge.links(judge.said(answers))
    return "trap" if trap and (hurried or advertises) else ""


async def _leave(
    org: Organization,
    answers: check.Answers,
    seen: messages.Visit,
    nonce: str,
    *,
    spam: str,
    block: Caught | None,
    files: tuple[Upload, ...],
) -> messages.Left:
    async def leave(uid: str) -> messages.Left:
        return await messages.leave(
            org, answers, seen, submission_id=uid, spam=spam, block=block, files=files
        )

    # Back, another text or picture, and sent again: a new message, stored once however often it
    # is sent.
    said = msgspec.json.encode([answers, sorted(each.digest for each in files)])
    other = f"{nonce}.{hashlib.sha256(said).hexdigest()[:16]}"
    try:
        return await leave(other if files else nonce)
    except Conflict:
        return await leave(other)


async def _with_context(
    brand: Brand, answers: check.Answers, values: dict[str, str]
) -> check.Answers:
    """The answers with the host page's hidden values that the widget's settings allow."""
    facts = widget.facts_from(await widget.read(brand.id), values.get("context", ""))
    return (
        msgspec.structs.replace(answers, fields={**facts, **answers.fields}) if facts else answers
    )


async def _visit(
    request: Incoming, brand: Brand, ip: str, values: dict[str, str]
) -> messages.Visit:
    who, signature = values.get("external_id", ""), values.get("signature", "")
    return messages.Visit(
        brand=brand.mark,
        external_id=widget.vouched(
            brand.org.id, brand.id, await widget.read(brand.id), who, signature
        ),
        ip=ip,
        user_agent=told.line(request, "user-agent"),
        language=told.line(request, "accept-language"),
        page_url=visit.web_address(values.get("page_url", "")),
        referrer=visit.web_address(values.get("referrer", "")),
    )


async def _thanks(request: Incoming, slug: str, brand: Brand, left: messages.Left) -> Response[Any]:
    key = receipt.key(slug, left)
    address = receipt.address(request, slug, left, key)
    if not wants_fragment(request):
        return see(address)
    headers = {"HX-Replace-Url": address}
    return await receipt.draw(
        request, slug, brand, left.reference, left.uid, key=key, headers=headers
    )


async def _refusal(
    request: Incoming,
    slug: str,
    brand: Brand | None,
    form: Form,
    values: dict[str, str],
    status: int,
    notice: str,
    after: int,
) -> Response[str]:
    """The form as filled in, and why it was refused. With htmx the form on the screen stays."""
    if wants_fragment(request):
        context = {"notice": words.say(words.locale_of(request), notice), "after": after}
        refused = answer(
            request, "leave/refusal.html", context, status=status, headers=visit.HEADERS
        )
    else:
        async with REDRAWN:
            refused = await draw(
                request, slug, brand, form, values, status=status, notice=notice, after=after
            )
    refused.set_header("Retry-After", str(after))
    return refused


router = Router(
    "/w/{slug:str}", route_handlers=[form, begun, submit, receipt.show], middleware=[PACKED]
)
