"""Why a message is sorted as it is: what rules did, and what they would do now."""

from __future__ import annotations

import uuid

from litestar import Response, get
from litestar.params import FromPath

from app import messages
from app.messages import events
from app.messages.why import why
from web.console import rule_words
from web.console.auth import AtDesk, console
from web.console.frame import frame
from web.console.inbox_filter import filter_of
from web.console.rules import names_of
from web.http import words
from web.http.render import answer
from web.http.request import Incoming
from web.http.words import N_

VERDICTS = {
    "matches": N_("Matches"),
    "differs": N_("Does not match: {conditions}"),
    "off": N_("Switched off"),
    "passed": N_("Not looked at: only the first rule that matches counts"),
    "broken": N_("Cannot be read"),
}


@get("/{uid:str}/why")
async def page(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    row, locale = await messages.one(desk.org.id, uid), words.locale_of(request)
    names, looked = await names_of(desk, locale), await why(desk.org.id, uid)
    story = await events.of(desk.org.id, uuid.UUID(row.uid))
    lines = []
    for each in looked:
        conditions = rule_words.when(locale, each.failed, names) if each.failed else []
        facts = {"conditions": " · ".join(conditions)}
        then = rule_words.then(locale, each.rule.then, names)
        lines.append((each, words.say(locale, VERDICTS[each.verdict], facts), then))
    context = {
        **await frame(request, desk),
        "query": filter_of(request).query(),
        "row": row,
        "lines": lines,
        "did": [
            (each, rule_words.did(locale, each.was, each.now, names))
            for each in story
            if each.action == "rule"
        ],
    }
    return answer(request, "inbox/why.html", context)


router = console("/inbox", [page])
