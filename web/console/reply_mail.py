"""System settings, replies by mail (系统设置 → 邮件回复): whether visitors are mailed what is
said to them, by which channel, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post

from app.brands.stored import all_of
from app.channel_settings.read import read as read_channels
from app.errors import Invalid
from app.languages import LANGUAGES
from app.mail import change
from app.mail.words import OPENING, ReplyMail
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.channel_list import name_of
from web.console.flash import flash
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/reply-mail"
DONE = {"saved": N_("Saved. It counts for replies from now on.")}


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """The words of a brand in one language; `at` begins the names of its inputs. `built_in` is the
    beginning where there is none."""

    at: str
    brand: str
    brand_name: str
    language: str
    built_in: str = ""
    opening: str = ""
    signature: str = ""


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    found = await change.read(desk.org.id)
    return await _page(request, desk, found, await _rows(desk, found), [])


@post("/", status_code=200)
async def save(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    rows = [
        msgspec.structs.replace(
            each,
            opening=form.get(f"{each.at}-opening", ""),
            signature=form.get(f"{each.at}-signature", ""),
        )
        for each in await _rows(desk, ReplyMail())
    ]
    raw = _raw(form, rows)
    try:
        await change.save(desk.org, raw, by=desk.by)
    except Invalid as error:
        locale = words.locale_of(request)
        inputs = {
            f"/texts/{place}/{name}": f"{each.at}-{name}"
            for place, each in enumerate(rows)
            for name in ("opening", "signature")
        }
        problems = [
            (
                inputs.get(each.pointer, each.pointer.removeprefix("/")),
                words.say(locale, each.detail, each.facts),
            )
            for each in error.problems
        ]
        typed = ReplyMail(
            on=raw["on"], channel=raw["channel"], answer_to=raw["answer_to"], plus=raw["plus"]
        )
        return await _page(request, desk, typed, rows, problems)
    return see(f"{HERE}?done=saved")


def _raw(form: Mapping[str, str], rows: list[Own]) -> dict[str, Any]:
    return {
        "on": form.get("on") == "yes",
        "channel": form.get("channel", ""),
        "answer_to": form.get("answer_to", ""),
        "plus": form.get("plus") == "yes",
        "texts": [
            {
                "brand": each.brand,
                "language": each.language,
                "opening": each.opening,
                "signature": each.signature,
            }
            for each in rows
        ],
    }


async def _rows(desk: Desk, found: ReplyMail) -> list[Own]:
    """For all brands first, then for each that is no longer alone."""
    brands = [("", "")] + [
        (str(each.id), each.name)
        for each in await all_of(desk.org)
        if not each.is_first and not each.archived
    ]
    own = {(each.brand, each.language): each for each in found.texts}
    # What an archived brand has stays as it is.
    brands += [(uid, uid) for uid, _ in own if uid not in dict(brands)]
    languages = sorted(LANGUAGES, key=lambda each: each != desk.org.locale)
    rows: list[Own] = []
    for brand, name in dict(brands).items():
        for language in languages:
            text = own.get((brand, language))
            rows.append(
                Own(
                    at=f"own-{len(rows)}",
                    brand=brand,
                    brand_name=name,
                    language=language,
                    built_in=words.say(language, OPENING, {"reference": "{reference}"}),
                    opening=text.opening if text else "",
                    signature=text.signature if text else "",
                )
            )
    return rows


async def _page(
    request: Incoming,
    desk: Desk,
    values: ReplyMail,
    rows: list[Own],
    problems: list[tuple[str, str]],
) -> Response[str]:
    locale = words.locale_of(request)
    config = await read_channels(desk.org.id)
    channels = [
        (each["uid"], name_of(locale, each))
        for each in config["notifications"]
        if each["type"] == "email"
    ]
    first = words.say(locale, N_("The first e-mail channel that works"))
    context = {
        **await frame(request, desk),
        "values": values,
        "rows": rows,
        "channels": [("", first), *channels],
        "has_channels": bool(channels),
        "language_names": LANGUAGES,
        "problems": problems,
        "faults": dict(reversed(problems)),
        "flash": flash(request, DONE),
    }
    return answer(request, "reply_mail/page.html", context, status=422 if problems else 200)


router = console(HERE, [page, save], readers=ADMINS, writers=ADMINS)
