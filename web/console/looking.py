"""Who else looks at a message, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from app.messages import lookers
from web.console.auth import Desk
from web.http import words
from web.http.request import Incoming


async def looking(
    request: Incoming,
    desk: Desk,
    uid: str,
    names: Mapping[str, str],
    *,
    within: dt.timedelta = lookers.GONE,
) -> str:
    """Empty if nobody does; `names` are the colleagues' by uid."""
    locale = words.locale_of(request)
    found = await lookers.others(desk.org.id, uid, desk.agent.id, within=within)
    those = [names[each] for each in found if each in names]
    return (
        words.say_many(
            locale,
            "{names} is looking at this",
            "{names} are looking at this",
            len(those),
            {"names": words.listed(locale, those)},
        )
        if those
        else ""
    )
