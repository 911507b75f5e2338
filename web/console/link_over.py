"""What links that work once answer when they do not work any more."""

from __future__ import annotations

from litestar import Response

from web.console.login_form import languages
from web.http.render import answer
from web.http.request import Incoming


def page(request: Incoming, path: str, about: str = "") -> Response[str]:
    """Used, withdrawn, too old or made up: which of these is not told. `about`: "address" for a
    link that neither lets in nor renews a password."""
    context = {"about": about, "languages": languages(request, path)}
    return answer(request, "members/over.html", context, status=404)
