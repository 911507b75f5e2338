"""The visitor's form. No cookie, no script needed; nothing typed is ever lost."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath

from app import forms, formtoken, limits, messages, presence
from app.errors import Conflict, Invalid, Problem, TooMany, Unavailable
from app.tables import Organization
from web import receipt, visit, words
from web.address import client_ip
from web.auth import see
from web.bodies import form_of
from web.render import answer, wants_fragment
from web.words import N_

Incoming = Request[Any, Any, Any]

FIELDS = (*forms.LIMITS, "page_url", "referrer")
ORDER = ("token", "content", "category", "name", "contact", "phone", "email")
HONEYPOT = "link"
TOKEN_CODES = frozenset({"token_invalid", "token_expired"})
WELCOME = N_("Tell us what you need and how to reach you; we will get back to you.")
ONLINE = N_("We are online. You can also leave a message here; we will get back to you.")
OFFLINE = N_(
    "We are offline right now. Tell us what you need and how to reach you; "
    "we will get back to you as soon as we can."
)
BACK_AT = N_(
    "We are offline right now and back at {time}. "
    "Tell us what you need and how to reach you; we will get back to you."
)
TOO_MANY = N_("You have sent several messages in a short time.")
AWAY = N_("Not sent: we could not store it just now. Your text is kept. Try again.")


@get("/")
async def form(request: Incoming, slug: FromPath[str]) -> Response[str]:
    org = await visit.organization(request, slug)
    values = {"page_url": visit.page_url(request), "referrer": visit.referrer(request)}
    return await _form(request, slug, org, values)


@post("/", status_code=200)
async def submit(request: Incoming, slug: FromPath[str]) -> Response[Any]:
    values = form_of(request)
    org: Organization | None = None
    try:
        org = await visit.organization(request, slug)
        return await _submit(request, slug, org, values)
    except Invalid as error:
        return await _form(request, slug, org, values, problems=error.problems)
    except TooMany as error:
        return await _refusal(request, slug, org, values, 429, TOO_MANY, error.after)
    except Unavailable as error:
        return await _refusal(request, slug, org, values, 503, AWAY, error.after)


async def _submit(
    request: Incoming, slug: str, org: Organization, values: dict[str, str]
) -> Response[Any]:
    nonce, problems = _nonce(slug, values.get("token", ""))
    try:
        answers = forms.check({name: values.get(name) for name in forms.LIMITS})
    except Invalid as error:
        raise Invalid([*problems, *error.problems]) from None
    if problems:
        raise Invalid(problems)
    ip = client_ip(request)
    await limits.allow_submit(ip, org)
    left = await _leave(org, answers, _visit(request, ip, values), nonce, spam=_trapped(values))
    return await _thanks(request, slug, org, left)


def _nonce(slug: str, token: str) -> tuple[str, list[Problem]]:
    try:
        return formtoken.read(slug, token).nonce, []
    except Invalid as error:
        return "", error.problems


def _trapped(values: dict[str, str]) -> bool:
    """A person does not see this field; what fills it in is told what a person is told."""
    return bool(values.get(HONEYPOT))


async def _leave(
    org: Organization,
    answers: forms.Answers,
    seen: messages.Visit,
    nonce: str,
    *,
    spam: bool,
) -> messages.Left:
    try:
        return await messages.leave(org, answers, seen, submission_id=nonce, spam=spam)
    except Conflict:
        # Back, another text, and sent again: another message, and still one however often sent.
        digest = hashlib.sha256(msgspec.json.encode(answers)).hexdigest()[:16]
        other = f"{nonce}.{digest}"
        return await messages.leave(org, answers, seen, submission_id=other, spam=spam)


def _visit(request: Incoming, ip: str, values: dict[str, str]) -> messages.Visit:
    return messages.Visit(
        ip=ip,
        user_agent=request.headers.get("user-agent", ""),
        language=request.headers.get("accept-language", ""),
        page_url=visit.web_address(values.get("page_url", "")),
        referrer=visit.web_address(values.get("referrer", "")),
    )


async def _thanks(
    request: Incoming, slug: str, org: Organization, left: messages.Left
) -> Response[Any]:
    address = receipt.address(request, slug, left)
    if not wants_fragment(request):
        return see(address)
    headers = {"HX-Replace-Url": address}
    return await receipt.draw(request, slug, org, left.reference, left.uid, headers=headers)


async def _form(
    request: Incoming,
    slug: str,
    org: Organization | None,
    values: dict[str, str],
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
    notice: str = "",
    after: int = 0,
) -> Response[str]:
    locale = words.locale_of(request)
    sentences = _sentences(locale, problems or [])
    context = {
        **visit.frame(request, slug, org),
        "greeting": await _greeting(locale, org),
        "action": visit.address(request, f"/w/{slug}"),
        "languages": visit.languages(request, f"/w/{slug}"),
        "values": {name: values.get(name, "") for name in FIELDS},
        "problems": [(_target(name), sentence) for name, sentence in sentences],
        "faults": dict.fromkeys((*FIELDS, "contact"), "") | dict(reversed(sentences)),
        "limits": forms.LIMITS,
        "categories": _categories(locale, values.get("category", "")),
        "token": _token(slug, values.get("token", ""), problems or []),
        "notice": words.say(locale, notice),
        "after": after,
    }
    template = "leave/form.html" if wants_fragment(request) else "leave/page.html"
    status = 422 if problems else status
    return answer(request, template, context, status=status, headers=visit.HEADERS)


async def _greeting(locale: str, org: Organization | None) -> str:
    """Whether somebody is there, and if not, when; who knows nothing says nothing about it."""
    if org is None:
        return words.say(locale, WELCOME)
    try:
        found = await presence.state(org)
    except Unavailable:
        return words.say(locale, WELCOME)
    if found.state == "online":
        return words.say(locale, ONLINE)
    if found.next_change_at is None:
        return words.say(locale, OFFLINE)
    back = words.short(locale, org.timezone, found.next_change_at)
    return words.say(locale, BACK_AT, {"time": back})


def _token(slug: str, given: str, problems: list[Problem]) -> str:
    """A form that comes back keeps its token, so that it stays one message, unless that is over."""
    is_over = any(problem.code in TOKEN_CODES for problem in problems)
    return formtoken.issue(slug) if is_over or not given else given


async def _refusal(
    request: Incoming,
    slug: str,
    org: Organization | None,
    values: dict[str, str],
    status: int,
    notice: str,
    after: int,
) -> Response[str]:
    """The form as it was, and why it was not taken. With htmx the form on the screen stays."""
    if wants_fragment(request):
        context = {"notice": words.say(words.locale_of(request), notice), "after": after}
        refused = answer(
            request, "leave/refusal.html", context, status=status, headers=visit.HEADERS
        )
    else:
        refused = await _form(request, slug, org, values, status=status, notice=notice, after=after)
    refused.set_header("Retry-After", str(after))
    return refused


def _categories(locale: str, chosen: str) -> list[tuple[str, str]]:
    offered = [(value, value if locale == "zh-CN" else label) for value, label in forms.CATEGORIES]
    if chosen and chosen not in dict(offered):
        offered.append((chosen, chosen))
    return [("", words.say(locale, N_("Choose one"))), *offered]


def _sentences(locale: str, problems: list[Problem]) -> list[tuple[str, str]]:
    """(field, sentence) in the order of the form."""
    found = [
        (problem.pointer.removeprefix("/"), words.say(locale, problem.detail, problem.facts))
        for problem in problems
    ]
    return sorted(found, key=lambda pair: ORDER.index(pair[0]) if pair[0] in ORDER else len(ORDER))


def _target(name: str) -> str:
    """Where the line of the summary leads: the group's first field; the token is nobody's field."""
    return {"contact": "phone", "token": ""}.get(name, name)


router = Router("/w/{slug:str}", route_handlers=[form, submit, receipt.show])
