"""What a channel may say of a message: all of it, all but the contacts, or only that it came."""

from __future__ import annotations

from typing import Any, Literal, get_args

from msgspec.structs import replace

from app.catalogue import N_, say
from app.contacts import rows as contact_rows
from app.contacts.mask import hidden
from app.notices.notice import Notice, sample

Shows = Literal["all", "masked", "link"]
SHOWS: tuple[Shows, ...] = get_args(Shows)
ELSEWHERE = N_("(Sign in to read it)")
URGENT = N_("(High priority. Sign in to read it)")
"""In the place of what the visitor wrote."""
_WITHHELD = dict.fromkeys(("name", "phone", "email", "wechat", "ip", "page_url", "note"), "")


def disclosed(notice: Notice, shows: str, locale: str) -> Notice:
    """The notice with no more than its channel may say. It is the only place that decides it:
    templates, digests and programs are given nothing else."""
    if shows == "link":
        said = say(locale, URGENT if notice.priority == "high" else ELSEWHERE)
        return replace(notice, **_WITHHELD, content=said, fields=(), keyed=(), shows="link")
    if shows != "masked":
        return notice
    known = [each for each in (notice.phone, notice.email, notice.wechat) if each]
    return replace(
        notice,
        **contact_rows.texts(notice, known),
        fields=tuple((label, hidden(said, known)) for label, said in notice.fields),
        keyed=tuple((key, hidden(said, known)) for key, said in notice.keyed),
        shows="masked",
    )


def tried(shows: str, *, locale: str, link: str = "", asks: bool = False, **more: Any) -> Notice:
    """The notice of a test send: what it says of itself is no visitor's."""
    whole = sample(locale=locale, link=link, asks=asks, **more)
    return replace(disclosed(whole, shows, locale), content=whole.content)
