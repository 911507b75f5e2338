"""Finding a setting by its label, its explanation or the usual other words, in any language of the
product and in pinyin."""

from __future__ import annotations

import re
from functools import cache

import msgspec
from litestar import Response, get

from app.languages import LANGUAGES
from app.reading.pinyin import spellings
from app.text import folded
from web.console import setting_pages
from web.console.auth import AtDesk, Desk, console
from web.console.frame import frame
from web.console.setting_index import ACCOUNT, Entry, entries
from web.http import words
from web.http.render import answer
from web.http.request import Incoming
from web.http.words import N_

QUERY_MAX = 100
SHOWN_MAX = 40
PLACEHOLDER = re.compile(r"\s*[（(]?\{\w+\}[)）]?[,，:：.]?\s*")
OTHER_WORDS = {
    "channels": N_("notifications, alert, group, robot, bot, webhook, mail, SMTP, who is told"),
    "templates": N_("text of notifications, wording, variables, Markdown"),
    "rules": N_("routing, assignment, automation, priority, escalation, SLA, timeout"),
    "blocks": N_("blacklist, spam, ban, unwanted, abuse"),
    "brands": N_("shop, site, company, several, second website, multi-brand"),
    "outcomes": N_("result, status, close, resolution, reason"),
    "phrases": N_("quick reply, template, snippet, saved reply"),
    "form": N_("fields, questions, required, contact, captcha, consent, privacy"),
    "widget": N_(
        "embed, script, snippet, chat button, colour, domain, website, shop name, QR code"
    ),
    "hours": N_("opening times, working time, holiday, time zone, online, offline, shift"),
    "reply-mail": N_("e-mail to customers, signature, sender, SMTP, answer, letterhead"),
    "targets": N_("SLA, deadline, overdue, promise, answer within, timeout"),
    "rota": N_("rota, shift, on call, mention, escalation, roster, swap, turns"),
    "mail": N_(
        "IMAP, receive mail, inbox, support address, reply by mail, incoming, webhook, Postmark, "
        "SendGrid, Mailgun, Amazon SES"
    ),
    "reports": N_("daily report, weekly report, summary, statistics, digest, schedule"),
    "privacy": N_(
        "delete, erase, retention, GDPR, PIPL, anonymise, personal data, export, forget,"
        " mask, hide phone numbers, who sees contacts"
    ),
    "audit": N_("log, history, trail, who changed it, sign-in log, record"),
    "system": N_("health, doctor, diagnosis, status, database, disk, version, certificate, clock"),
    "events": N_("webhook, API, integration, CRM, callback, push, endpoint, signature"),
    "tokens": N_("API key, access token, secret, integration, programs, scopes"),
    "organization": N_("company, shop, team, rename, name, language, time zone, address, slug"),
    "members": N_("users, team, staff, accounts, roles, permissions, invite, password"),
    "sign-in": N_(
        "login, password, two factors, TOTP, passkey, security, sessions, SSO, OpenID, WeCom"
    ),
    ACCOUNT: N_("profile, language, password, theme, dark, notifications, devices, sign out"),
}
"""By page: what people call it who do not know our word."""
NOTHING = 9
"""The rank of what does not fit."""


class Hit(msgspec.Struct, frozen=True):
    """A setting in the reader's words; `place` is the page and the section that it stands in."""

    label: str
    hint: str
    place: str
    href: str


@get("/")
async def found(request: Incoming, desk: AtDesk) -> Response[str]:
    query = request.query_params.get("q", "").strip()[:QUERY_MAX]
    context = {
        **await frame(request, desk),
        "asked": query,
        "hits": find(words.locale_of(request), desk, query)[:SHOWN_MAX],
    }
    return answer(request, "settings/found.html", context)


def find(locale: str, desk: Desk, query: str) -> list[Hit]:
    """The best first: by the label, by the section, by the explanation. A page is found by its name
    and its other words."""
    terms = folded(query).split()
    if not terms:
        return []
    ranked = []
    for order, entry in enumerate((*_pages(), *entries())):
        if not _may_open(desk, entry.setting):
            continue
        rank = max(_rank(entry, term) for term in terms)
        if rank < NOTHING:
            ranked.append((rank, order, entry))
    hits = [_hit(locale, entry) for *_, entry in sorted(ranked, key=lambda each: each[:2])]
    # Two kinds of channel ask the same in the same words.
    return list({(each.label, each.place): each for each in reversed(hits)}.values())[::-1]


@cache
def _pages() -> tuple[Entry, ...]:
    """The pages themselves."""
    pages = [each for group in setting_pages.GROUPS.values() for each in group]
    found = [Entry(each.name, each.address, "", each.label, (each.about,)) for each in pages]
    return (*found, Entry(ACCOUNT, "/account", "", N_("My account")))


def _may_open(desk: Desk, setting: str) -> bool:
    return setting == ACCOUNT or setting_pages.may_open(desk, setting)


def _rank(entry: Entry, term: str) -> int:
    """How well one word of the query fits; NOTHING when it does not."""
    if _fits(entry.label, term):
        return 0 if _begins(entry.label, term) else 1
    if entry in _pages() and _fits(OTHER_WORDS.get(entry.setting, ""), term):
        return 2
    if _fits(entry.section, term):
        return 3
    return 4 if any(_fits(hint, term) for hint in entry.hints) else NOTHING


def _begins(msgid: str, term: str) -> bool:
    return any(said.startswith(term) for said, _ in _said(msgid))


def _fits(msgid: str, term: str) -> bool:
    return any(
        term in said or any(term in way for way in ways if len(term) > 1)
        for said, ways in _said(msgid)
    )


@cache
def _said(msgid: str) -> list[tuple[str, tuple[str, ...]]]:
    """In every language, folded, with the pinyin."""
    said = {folded(bare(words.say(locale, msgid))) for locale in LANGUAGES} if msgid else ()
    return [(text, spellings(text)) for text in said]


def bare(said: str) -> str:
    """Without what only a request knows."""
    return PLACEHOLDER.sub(" ", said).strip()


def _hit(locale: str, entry: Entry) -> Hit:
    page = next(each.label for each in _pages() if each.setting == entry.setting)
    place = [words.say(locale, each) for each in (page, entry.section) if each]
    return Hit(
        label=_bare_say(locale, entry.label),
        hint=" ".join(_bare_say(locale, each) for each in entry.hints),
        place="" if entry.label == page else " › ".join(dict.fromkeys(place)),
        href=entry.href,
    )


def _bare_say(locale: str, msgid: str) -> str:
    return bare(words.say(locale, msgid))


router = console("/settings/search", [found])
