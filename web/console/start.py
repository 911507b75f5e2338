"""The first steps of a new desk (开始使用): a channel whose test was seen, a message that goes the
whole way, the code on the site, and what else makes a team of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from markupsafe import Markup

from app import channel_settings, first_steps, ready_lines, settings
from app.channel_settings.pasted import connect, read_pasted
from app.channels.kinds import KINDS
from app.channels.paste import complete
from app.errors import Invalid, TooMany
from app.first_steps import FirstSteps
from app.messages.submission import Visit
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.channel_faults import sentences
from web.console.channel_list import TOO_MANY_TESTS, name_of, seer, shared
from web.console.frame import CHANNELS, frame
from web.console.phone import drawn
from web.http import told, words
from web.http.address import client_ip
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/start"
Problems = Sequence[tuple[str, str]]
TITLES = {
    "channel": N_("Have new messages told, and seen by a person"),
    "trial": N_("Leave a test message that goes the whole way"),
    "name": N_("Say what your shop is called"),
    "site": N_("Put the code on your website"),
    "address": N_("Let phones and visitors open this desk"),
    "hours": N_("Set your office hours"),
    "colleagues": N_("Let a second person sign in"),
    "backup": N_("Make a first backup"),
}


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _page(request, desk)


@get("/steps")
async def steps(request: Incoming, desk: AtDesk) -> Response[str]:
    """The steps alone, asked for again and again while somebody looks at their phone."""
    return answer(request, "start/steps.html", await _context(request, desk))


@post("/channel", status_code=200)
async def add(request: Incoming, desk: AtDesk) -> Response[Any]:
    """Adds the channel whose address was pasted, and tests it."""
    pasted = form_of(request).get("pasted", "")
    try:
        found = read_pasted(pasted)
        if not complete(found["type"], found):
            return see(f"{CHANNELS}/new?kind={found['type']}")
        await connect(desk.org.id, found, request.app.state.egress, by=desk.by)
    except Invalid as error:
        locale = words.locale_of(request)
        return await _page(request, desk, problems=sentences(locale, error, {}), pasted=pasted)
    except TooMany as error:
        return await _page(request, desk, too_many=error.after)
    return see(HERE)


@post("/test", status_code=200)
async def test(request: Incoming, desk: AtDesk) -> Response[Any]:
    channel = await first_steps.channel_of(desk.org.id)
    if channel is None:
        return see(HERE)
    egress = request.app.state.egress
    try:
        await channel_settings.test(desk.org.id, egress, uid=channel["uid"])
    except TooMany as error:
        return await _page(request, desk, too_many=error.after)
    return see(HERE)


@post("/arrived", status_code=200)
async def arrived(request: Incoming, desk: AtDesk) -> Response[Any]:
    """Somebody who looked says whether the test arrived."""
    channel = await first_steps.channel_of(desk.org.id)
    seen = form_of(request).get("seen") == "yes"
    if channel is not None:
        await channel_settings.arrived(desk.org.id, channel["uid"], seen=seen, by=desk.by)
    return see(HERE if seen else f"{HERE}?missing=yes")


@post("/message", status_code=200)
async def leave(request: Incoming, desk: AtDesk) -> Response[Any]:
    visit = Visit(
        ip=client_ip(request),
        user_agent=told.line(request, "user-agent"),
        language=words.locale_of(request),
    )
    await first_steps.leave_trial(desk.org, desk.agent.email, visit)
    return see(HERE)


@post("/over", status_code=200)
async def over(desk: AtDesk) -> Response[Any]:
    await first_steps.dismiss(desk.org.id, by=desk.by)
    return see("/inbox")


async def _page(
    request: Incoming,
    desk: Desk,
    *,
    problems: Problems = (),
    pasted: str = "",
    too_many: int = 0,
) -> Response[str]:
    """`too_many`: seconds until the next test may be sent."""
    locale = words.locale_of(request)
    if too_many:
        problems = [("", words.say(locale, TOO_MANY_TESTS, {"n": too_many}))]
    context = {
        **await frame(request, desk),
        **await _context(request, desk),
        # Everything that they would say stands on the page.
        "alarms": [],
        "problems": problems,
        "faults": {"pasted": "", **dict(problems)},
        "pasted": pasted,
    }
    status = 429 if too_many else 422 if problems else 200
    return answer(request, "start/page.html", context, status=status)


async def _context(request: Incoming, desk: Desk) -> dict[str, Any]:
    locale, current = words.locale_of(request), settings.current()
    found = await first_steps.of(desk.org)
    form = f"{current.base_url}/w/{desk.org.slug}"
    return {
        **shared(request, locale),
        "desk": desk,
        "org": desk.org,
        "found": found,
        "titles": {name: words.say(locale, text) for name, text in TITLES.items()},
        "name": name_of(locale, found.channel) if found.channel else "",
        "channel_state": _channel_state(found),
        "accepted": KINDS[found.channel["type"]].accepted if found.channel else "",
        "seer": seer(locale, found.channel) if found.channel else "",
        "missing": "missing" in request.query_params,
        "code": ready_lines.tag(current.base_url, desk.org.slug, backup=current.backup_url),
        "form_address": form,
        # Made of squares and our own address, which is escaped.
        "drawn": Markup(drawn(form)),  # noqa: S704
        "reach": current.reach,
        "base_url": current.base_url,
        "proxy": ready_lines.proxy(current.port),
    }


def _channel_state(found: FirstSteps) -> str:
    """none, untested, refused, accepted or seen."""
    if found.channel is None:
        return "none"
    if found.channel["health"]["received_at"]:
        return "seen"
    if found.tried is None:
        return "untested"
    if found.tried.outcome != "ok":
        return "refused"
    # Accepted, and off all the same: what was tested is not what is saved.
    return "untested" if found.channel["on_when_tested"] else "accepted"


router = console(
    HERE, [page, steps, add, test, arrived, leave, over], readers=ADMINS, writers=ADMINS
)
