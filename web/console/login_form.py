"""The sign-in form, at first and after a refusal."""

from __future__ import annotations

from urllib.parse import urlencode

from litestar import Response

from app.errors import Invalid
from app.languages import LANGUAGES
from app.people.factors import passkeys
from web.http import words
from web.http.render import answer
from web.http.request import Incoming


def draw(
    request: Incoming,
    next_page: str,
    *,
    email: str = "",
    error: Invalid | None = None,
    after: int = 0,
    kept: str = "",
    status: int = 200,
) -> Response[str]:
    """`after`: seconds to wait. `kept`: what web.console.kept carries past the sign-in."""
    locale = words.locale_of(request)
    problems = error.problems if error else []
    context = {
        "action": f"/login?{urlencode({'next': next_page, 'lang': locale})}",
        "email": email,
        "after": after,
        "faults": [words.say(locale, each.detail, each.facts) for each in problems],
        "kept": kept,
        "by_key": f"/login/passkey?{urlencode({'next': next_page, 'lang': locale})}",
        "options": "" if passkeys.trouble() else passkeys.options_alone(),
        # A link would lose the kept form.
        "languages": [] if kept else languages(request, f"/login?{urlencode({'next': next_page})}"),
    }
    status = 429 if after else 422 if problems else status
    headers = {"Retry-After": str(after)} if after else None
    return answer(request, "login.html", context, status=status, headers=headers)


def languages(request: Incoming, path: str) -> list[tuple[str, str, str]]:
    mark = "&" if "?" in path else "?"
    return [(tag, name, f"{path}{mark}lang={tag}") for tag, name in LANGUAGES.items()]
