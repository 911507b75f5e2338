"""What somebody had written when the page was too old or the sign-in over: carried along in the
pages that follow, and sent when they say so.

Only from forms that ask for no password and no other secret.
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
# Of the console; the settings of channels and of the widget's identity hold secrets.
PLACES = re.compile(
    r"/(?:inbox/[\w-]{1,64}/[a-z]+|settings/(?:hours|form|templates)(?:/[\w-]{1,64}){1,3})"
    r"(?:\?[\w\-.=&%+]{0,300})?",
    re.ASCII,
)
SECRET = re.compile("pass|secret|token", re.IGNORECASE)
# What people read again before they send it.
WRITTEN = frozenset({"note", "text"})


class Kept(msgspec.Struct, frozen=True):
    """Where a form was to go, and its fields in their order."""

    to: str
    fields: list[tuple[str, str]]


def of(request: Incoming) -> Kept | None:
    """What this request brought along, if it may be carried."""
    fields = request.scope["state"].get("form")
    to = told.here(request)
    if not fields or not PLACES.fullmatch(to):
        return None
    return Kept(to, [(name, value) for name, value in fields if not SECRET.search(name)])


def packed(kept: Kept | None) -> str:
    if kept is None:
        return ""
    text = msgspec.json.encode(kept).decode()
    return f"{secrets.sign('kept', text)}{text}"


def unpacked(text: str) -> Kept | None:
    """Nothing unless it is ours, as it was."""
    signature, text = text[:32], text[32:]
    return msgspec.json.decode(text, type=Kept) if secrets.signed("kept", text, signature) else None


def resume(request: Incoming, kept: Kept, csrf: str, status: int) -> Response[Any]:
    """The page on which it is sent once more, or not."""
    context = {
        "kept": kept,
        "written": [value for name, value in kept.fields if name in WRITTEN and value],
        "csrf_token": csrf,
        "back": "/".join(kept.to.partition("?")[0].split("/")[:3]),
        "languages": [],
    }
    return answer(request, "resume.html", context, status=status)
