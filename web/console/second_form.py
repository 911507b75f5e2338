"""The page between password and console: the second factor."""

from __future__ import annotations

from urllib.parse import urlencode

from litestar import Response

from app.errors import Invalid
from app.people import sign_in_policy
from app.people.factors import held, passkeys
from app.tables import Agent
from web.http import words
from web.http.render import answer
from web.http.request import Incoming


async def draw(
    request: Incoming,
    agent: Agent,
    half: str,
    next_page: str,
    *,
    kept: str = "",
    error: Invalid | None = None,
    after: int = 0,
) -> Response[str]:
    """`half`: what app.people.factors.second gave for the password. `after`: seconds to wait."""
    locale = words.locale_of(request)
    problems = error.problems if error else []
    factors = await held.of(agent.account)
    by_key = bool(factors.passkeys) and not passkeys.trouble()
    context = {
        "action": f"/login/second?{urlencode({'next': next_page, 'lang': locale})}",
        "half": half,
        "kept": kept,
        "app": factors.app,
        "codes": factors.codes,
        "options": await passkeys.options_second(agent.account) if by_key else "",
        "has_keys": bool(factors.passkeys),
        "days": (await sign_in_policy.for_account(agent.account)).device_days,
        "after": after,
        "faults": [words.say(locale, each.detail, each.facts) for each in problems],
        # A link would lose what was shown already.
        "languages": [],
    }
    status = 429 if after else 422 if problems else 200
    headers = {"Retry-After": str(after)} if after else None
    return answer(request, "second.html", context, status=status, headers=headers)
