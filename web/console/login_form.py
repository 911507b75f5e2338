"""The sign-in form, at first and after a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec
from litestar import Response

from app.errors import Invalid
from app.languages import LANGUAGES
from app.people.factors import passkeys
from app.people.organizations import FIRST
from web.http import words
from web.http.render import answer
from web.http.request import Incoming


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """A way to sign in by a provider."""

    name: str
    href: str
    logo: str


def page_of(slug: str) -> str:
    """Where this organization signs in."""
    return "/login" if slug == FIRST else f"/login?org={slug}"


def slug_of(request: Incoming) -> str:
    """The organization that the address names; empty for the first of the installation."""
    return request.query_params.get("org", "")


def draw(
    request: Incoming,
    next_page: str,
    *,
    buttons: Sequence[Button] = (),
    email: str = "",
    error: Invalid | None = None,
    after: int = 0,
    wait: int = 0,
    kept: str = "",
    status: int = 200,
) -> Response[str]:
    """`after`: seconds to wait after wrong passwords; `wait`: for another reason, which is the
    error. `kept`: what web.console.kept carries past the sign-in."""
    locale = words.locale_of(request)
    problems = error.problems if error else []
    own = {"org": slug_of(request)} if slug_of(request) else {}
    context = {
        "action": f"/login?{urlencode({'next': next_page, 'lang': locale, **own})}",
        # A link would lose the kept form, here and below.
        "buttons": [] if kept else buttons,
        "email": email,
        "after": after,
        "faults": [words.say(locale, each.detail, each.facts) for each in problems],
        "kept": kept,
        "by_key": f"/login/passkey?{urlencode({'next': next_page, 'lang': locale})}",
        "options": "" if passkeys.trouble() else passkeys.options_alone(),
        "languages": [],
    }
    if not kept:
        here = f"/login?{urlencode({'next': next_page, **own})}"
        context["languages"] = languages(request, here)
    status = 429 if after or wait else 422 if problems else status
    headers = {"Retry-After": str(after or wait)} if after or wait else None
    return answer(request, "login.html", context, status=status, headers=headers)


def languages(request: Incoming, path: str) -> list[tuple[str, str, str]]:
    mark = "&" if "?" in path else "?"
    return [(tag, name, f"{path}{mark}lang={tag}") for tag, name in LANGUAGES.items()]
