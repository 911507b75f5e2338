"""The pages of the settings, in their groups: for the navigation, the index and the command bar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from web.http import words
from web.http.words import N_

PHRASES = "phrases"
"""The one that agents have, too."""


class Reader(Protocol):
    """Who is signed in, see `web.console.auth.Desk`."""

    @property
    def is_admin(self) -> bool: ...
    @property
    def may_act(self) -> bool: ...


class Page(msgspec.Struct, frozen=True):
    """`name` is what stands behind /settings/; `about` says what one does there."""

    name: str
    label: str
    about: str

    @property
    def address(self) -> str:
        return f"/settings/{self.name}"


GROUPS: dict[str, tuple[Page, ...]] = {
    N_("New messages"): (
        Page("channels", N_("Channels"), N_("Where new messages are told.")),
        Page("templates", N_("Templates"), N_("What a notice says.")),
        Page("mail", N_("Mailboxes"), N_("Where answers come in by mail.")),
        Page("rules", N_("Rules"), N_("Sort messages, give them to somebody, remind of them.")),
        Page("rota", N_("On duty"), N_("Whom notices mention, and when.")),
        Page("blocks", N_("Block list"), N_("Whose messages are set aside.")),
        Page("outcomes", N_("Outcomes"), N_("How a message may end.")),
        Page("reply-mail", N_("Replies by mail"), N_("How visitors get your replies.")),
        Page(PHRASES, N_("Canned replies"), N_("What is written again and again.")),
    ),
    N_("Website"): (
        Page("form", N_("Form"), N_("What visitors are asked.")),
        Page("widget", N_("Website widget"), N_("The button on your site, and who may show it.")),
        Page(
            "hours",
            N_("Office hours and presence"),
            N_("When somebody is there."),
        ),
        Page("brands", N_("Brands"), N_("Several sites or shops, with one inbox.")),
        Page("targets", N_("Response times"), N_("How soon messages should be handled.")),
        Page("reports", N_("Reports"), N_("How it goes, told every day or week.")),
    ),
    N_("Team"): (
        Page("organization", N_("Your organization"), N_("Its name, language and time zone.")),
        Page("members", N_("Members"), N_("Who signs in here, and what they may do.")),
        Page("sign-in", N_("Signing in"), N_("What people need to sign in.")),
        Page("events", N_("Events"), N_("What other programs are told.")),
        Page("tokens", N_("API tokens"), N_("Programs that use this desk.")),
        Page(
            "privacy",
            N_("Privacy"),
            N_("Who sees contact data, and how long messages are kept."),
        ),
        Page("audit", N_("Audit"), N_("Who did what, and when.")),
        Page("system", N_("System health"), N_("What works, and what to do about the rest.")),
    ),
}

AUDIT, HISTORY = "/settings/audit?area=", "/settings/history/"
BEFORE = {
    **{
        name: f"{HISTORY}{name}"
        for name in (
            "channels",
            "templates",
            "rules",
            "outcomes",
            PHRASES,
            "form",
            "widget",
            "hours",
            "targets",
            "rota",
            "reports",
            "brands",
        )
    },
    "blocks": f"{AUDIT}blocks",
    "events": f"{HISTORY}channels",
    "mail": f"{HISTORY}mailboxes",
    "members": f"{AUDIT}people",
    "privacy": f"{HISTORY}retention",
    "sign-in": f"{HISTORY}sign_in",
    "system": f"{HISTORY}rotation",
    "reply-mail": f"{HISTORY}reply_mail",
    "tokens": f"{AUDIT}tokens",
}
"""Where a page's earlier states are told, or at least who changed it."""


def of(desk: Reader) -> Iterator[tuple[str, list[Page]]]:
    """The groups with the pages that they may open."""
    for title, pages in GROUPS.items():
        if allowed := [each for each in pages if may_open(desk, each.name)]:
            yield title, allowed


def may_open(desk: Reader, name: str) -> bool:
    return desk.is_admin or (desk.may_act and name == PHRASES)


def named(desk: Reader, locale: str) -> list[tuple[str, str]]:
    """(address, words) of each page, for lists of links."""
    return [
        (each.address, words.say(locale, each.label)) for _, pages in of(desk) for each in pages
    ]
