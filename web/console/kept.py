"""Keeps a form that was sent with an expired page or session: the following pages carry it, until
the agent sends it again.

Only for forms without passwords and other secrets.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from litestar import Response

from app import secrets
from web.http import told
from web.http.render import answer
from web.http.request import Incoming

FIELD = "kept"
CSRF = "csrf_token"
MARK = "."
"""Before the part of a token that says of whose organization the page is."""
# Without the settings of channels and of the widget's identity, which have secrets.
PLACES = re.compile(
    r"/(?:inbox/[\w-]{1,64}/[a-z]+|inbox/views(?:/[\w-]{1,64})?|account|account/mail|account/handles"
    r"|settings/members/invite"
    r"|settings/(?:hours|form|templates|outcomes|phrases|blocks|rules)(?:/[\w-]{1,64}){0,3})"
    r"(?:\?[\w\-.~*=&%+]{0,4000})?",
    re.ASCII,
)
SECRET = re.compile("pass|secret|token", re.IGNORECASE)
# Fields that are shown before sending again.
WRITTEN = frozenset({"note", "text"})


class Kept(msgspec.Struct, frozen=True):
    """A form's address, its fields in order, and of whose organization its page was."""

    to: str
    fields: list[tuple[str, str]]
    page: str = ""


def of(request: Incoming) -> Kept | None:
    """This request's form, if it may be kept."""
    fields = request.scope["state"].get("form")
    to = told.here(request)
    if not fields or not PLACES.fullmatch(to):
        return None
    shown = [(name, value) for name, value in fields if not SECRET.search(name)]
    return Kept(to, shown, page_of(dict(fields).get(CSRF, "")))


def marked(csrf: str, page: str) -> str:
    """A page's token. The mark is no secret: it keeps a page of one organization from acting in
    another that was opened meanwhile."""
    return f"{csrf}{MARK}{page}" if page else csrf


def page_of(token: str) -> str:
    """Of whose organization the page is that has this token: an agent's id, or nothing."""
    return token.partition(MARK)[2]


def packed(kept: Kept | None) -> str:
    if kept is None:
        return ""
    text = msgspec.json.encode(kept).decode()
    return f"{secrets.sign('kept', text)}{text}"


def unpacked(text: str) -> Kept | None:
    """The kept form; None unless we signed it."""
    signature, text = text[:32], text[32:]
    return msgspec.json.decode(text, type=Kept) if secrets.signed("kept", text, signature) else None


def written(kept: Kept | None) -> list[str]:
    return [value for name, value in kept.fields if name in WRITTEN and value] if kept else []


def resume(
    request: Incoming, kept: Kept, csrf: str, status: int, *, first: str = ""
) -> Response[Any]:
    """The page that offers to send it again, in the organization that it was written in. `first`:
    where something is to be done before."""
    context = {
        "kept": kept,
        "written": written(kept),
        "csrf_token": marked(csrf, kept.page),
        "back": "/".join(kept.to.partition("?")[0].split("/")[:3]),
        "first": first,
        "languages": [],
    }
    return answer(request, "resume.html", context, status=status)
