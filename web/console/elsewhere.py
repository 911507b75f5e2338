"""A message of another organization that its reader belongs to: links in notices do not know which
one is open."""

from __future__ import annotations

from litestar import Response

from app.errors import NotFound
from app.messages import several
from app.people import memberships
from web.console.auth import Desk
from web.console.frame import frame
from web.http import told
from web.http.render import answer, wants_fragment
from web.http.request import Incoming


async def or_not_found(request: Incoming, desk: Desk, uid: str) -> Response[str]:
    """The page that offers to open that organization. Raises NotFound when none of theirs has
    it."""
    theirs = await memberships.of(desk.account.id)
    home = await several.home_of(uid, [each.organization for each in theirs])
    if home is None or wants_fragment(request):
        raise NotFound
    [its] = [each for each in theirs if each.organization == home]
    context = {**await frame(request, desk), "its": its, "next": told.here(request)}
    return answer(request, "organizations/elsewhere.html", context, status=404)
