"""From a parcel to what people read: title and text, never longer than the platform takes.

Only the visitor's own words are shortened. Contact details, the number and the link stay whole;
where a digest has no room, lines are counted instead of cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from app import text
from app.channels.dialects import as_is
from app.channels.sender import LISTED, OF_ONE, Parcel
from app.channels.words import Words, counted, words_in
from app.notices import templates
from app.notices.notice import Notice

ALERT_CHARACTERS = 1500
TITLE_CHARACTERS = 80
# When contact details and content do not fit together, other answers give way first.
ANSWER_CHARACTERS = 60
_GIVES_WAY = ("message.fields", "message.page_url", "fields.")


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """How a format writes what is ours, and how it makes harmless what is not."""

    escape: Callable[[str], str] = as_is
    heading: str = "{}"
    item: str = "· {}"
    quote: str = "> "
    link: str = "{label}{colon}{url}"
    titled: bool = False
    """The first line goes into a place of its own: a subject, the head of a card."""
    glance: tuple[int, ...] = (100, 50, 20)
    """Characters of content in one line of a digest; the first width at which all lines fit."""


class Draft(NamedTuple):
    title: str
    body: str


Fits = Callable[[Draft], bool]


def compose(parcel: Parcel, style: Style, own: str, fits: Fits) -> Draft:
    """`own` is the template of the kind; `fits` says whether the platform takes so much."""
    words = words_in(parcel.locale)
    if parcel.neutral:
        return _plain(parcel, style, words, words.neutral)
    if parcel.kind == "alert":
        return _alert(parcel, style, words, fits)
    if not parcel.notices:
        return _plain(parcel, style, words, "")
    if parcel.kind in ("digest", "repeat"):
        return _listing(parcel, style, words, fits)
    if parcel.kind == "more":
        return _addition(parcel, style, words, fits)
    return _single(parcel, style, own, fits)


def headline(parcel: Parcel, words: Words) -> str:
    """What the parcel is, in one line without a visitor's word in it."""
    mark = (words.test if parcel.kind == "test" else "") + (
        words.again if parcel.maybe_repeat else ""
    )
    if parcel.kind == "alert":
        return mark + words.alert
    if parcel.kind == "flood":
        return mark + counted(words.flood, parcel.total)
    if parcel.kind == "digest":
        return mark + _summary(parcel, words)
    if parcel.kind == "repeat":
        return mark + counted(words.repeat, repeated_by(parcel))
    reference = parcel.notices[0].reference if parcel.notices else ""
    said = words.addition if parcel.kind == "more" else words.new
    return (mark + said.format(reference=reference)).strip()


def _summary(parcel: Parcel, words: Words) -> str:
    """What a digest holds. Of those that it does not list it is only known that they are many."""
    same = sum(notice.others > 0 for notice in parcel.notices)
    added = sum(notice.added for notice in parcel.notices)
    new = max(parcel.total - same - added, 0)
    counts = [(words.digest, new), (words.same, same), (words.added, added)]
    said = [counted(phrase, count) for phrase, count in counts if count]
    return words.comma.join(said) or counted(words.digest, 0)


def repeated_by(parcel: Parcel) -> int:
    return max([parcel.total, *(notice.others for notice in parcel.notices)])


def link_of(parcel: Parcel) -> str:
    """Where an agent goes on from here."""
    if parcel.kind in OF_ONE and parcel.notices:
        return parcel.notices[0].link or parcel.inbox_link
    return parcel.inbox_link


def link_label(parcel: Parcel) -> str:
    words = words_in(parcel.locale)
    return words.open if parcel.kind in OF_ONE else words.inbox


def _single(parcel: Parcel, style: Style, own: str, fits: Fits) -> Draft:
    values = templates.values(parcel.notices[0], locale=parcel.locale, timezone=parcel.timezone)
    words = words_in(parcel.locale)
    for template in _templates(parcel, own, style):
        for offered in (values, _shortened(values)):
            draft = _filled(parcel, style, template, offered, fits)
            if draft is not None:
                return draft
    return _plain(parcel, style, words, words.cut)


def _templates(parcel: Parcel, own: str, style: Style) -> Iterator[str]:
    # In the plainest form a template written for another format would show its markup.
    usable = parcel.template.strip() and not parcel.fallback
    # Refused on saving; one of an older release is not let through here.
    if usable and (style.escape is as_is or not templates.misplaced(parcel.template)):
        yield parcel.template
    yield own


def _filled(
    parcel: Parcel, style: Style, template: str, values: Mapping[str, str], fits: Fits
) -> Draft | None:
    """The template with as much of the content as fits; None when nothing does."""

    def draft(content: str) -> Draft:
        return _draft(parcel, style, template, {**values, "message.content": content})

    def usable(content: str) -> bool:
        return fits(draft(content))

    content = text.fit(values["message.content"], usable, marker=words_in(parcel.locale).cut)
    if content is None:
        return None
    chosen = draft(content)
    return chosen if chosen.body.strip() else None


def _draft(parcel: Parcel, style: Style, template: str, values: Mapping[str, str]) -> Draft:
    words = words_in(parcel.locale)
    mark = (words.test if parcel.kind == "test" else "") + (
        words.again if parcel.maybe_repeat else ""
    )
    if not style.titled:
        body = _rendered(template, values, style)
        marked = f"{mark.strip()}\n{body}" if mark and body.strip() else body
        return Draft(headline(parcel, words), marked)
    first, _, rest = template.partition("\n")
    one_line = {name: text.clean_line(value) for name, value in values.items()}
    title = text.clean_line(templates.render(first, one_line, as_is))
    title = text.clip(title, TITLE_CHARACTERS, cost=text.in_characters)
    body = _rendered(rest, values, style)
    return Draft(mark + title if title else headline(parcel, words), body or title)


def _rendered(template: str, values: Mapping[str, str], style: Style) -> str:
    # The link is ours, and escaped it would lead nowhere.
    return templates.render(template, values, style.escape, trusted=("message.link",))


def _shortened(values: Mapping[str, str]) -> dict[str, str]:
    return {
        name: text.clip(value, ANSWER_CHARACTERS, cost=text.in_characters)
        if name.startswith(_GIVES_WAY)
        else value
        for name, value in values.items()
    }


def _alert(parcel: Parcel, style: Style, words: Words, fits: Fits) -> Draft:
    said = text.clip(text.clean(parcel.text), ALERT_CHARACTERS, cost=text.in_characters)

    def draft(said: str) -> Draft:
        return _assembled(parcel, style, words, [style.escape(said)])

    fitting = text.fit(said, lambda said: fits(draft(said)))
    return draft(fitting or "")


def _addition(parcel: Parcel, style: Style, words: Words, fits: Fits) -> Draft:
    """Without a template: those begin with what they were made for, a new message."""
    (notice, *_) = parcel.notices

    def draft(content: str) -> Draft:
        who = style.item.format(_who(notice, style, words))
        return _assembled(parcel, style, words, [_quoted(content, style), "", who])

    content = text.fit(text.clean(notice.content), lambda said: fits(draft(said)), marker=words.cut)
    return draft(content) if content is not None else _plain(parcel, style, words, words.cut)


def _quoted(said: str, style: Style) -> str:
    return style.quote + style.escape(said).replace("\n", f"\n{style.quote}")


def _listing(parcel: Parcel, style: Style, words: Words, fits: Fits) -> Draft:
    """All lines at the widest width that fits; else as many lines as fit at the narrowest."""
    most = min(len(parcel.notices), LISTED)
    for width in style.glance:
        draft = _listed(parcel, style, words, most, width)
        if fits(draft):
            return draft
    narrowest = style.glance[-1]
    drafts = (_listed(parcel, style, words, n, narrowest) for n in range(most - 1, 0, -1))
    return next(filter(fits, drafts), _plain(parcel, style, words, ""))


def _listed(parcel: Parcel, style: Style, words: Words, count: int, width: int) -> Draft:
    shown = parcel.notices[:count]
    lines = []
    if parcel.kind == "repeat" and shown:
        said = text.clip(text.clean(shown[0].content), 5 * width, cost=text.in_characters)
        lines += [_quoted(said, style), ""]
    lines += [style.item.format(_glance(n, parcel, style, words, width)) for n in shown]
    if parcel.total > len(shown):
        lines += ["", counted(words.more, parcel.total - len(shown))]
    return _assembled(parcel, style, words, lines)


def _glance(notice: Notice, parcel: Parcel, style: Style, words: Words, width: int) -> str:
    """One message in one line: number, who, how to reach them, and how it begins."""
    shown = _who(notice, style, words)
    if parcel.kind == "repeat":
        return shown
    if notice.added:
        shown = words.addition.format(reference=shown)
    content = text.clip(text.clean_line(notice.content), width, cost=text.in_characters)
    if notice.others:
        shown += words.comma + counted(words.repeat, notice.others)
    return f"{shown}{words.colon}{style.escape(content)}"


def _who(notice: Notice, style: Style, words: Words) -> str:
    who = text.clip(text.clean_line(notice.name), templates.NAME_BYTES) or words.anonymous
    contact = [text.clean_line(value) for value in (notice.phone, notice.email) if value]
    return "  ".join([notice.reference, *map(style.escape, [who, *contact])])


def _plain(parcel: Parcel, style: Style, words: Words, remark: str) -> Draft:
    """The headline, a remark, the link: nothing that a visitor wrote."""
    return _assembled(parcel, style, words, [], remark=remark)


def _assembled(
    parcel: Parcel, style: Style, words: Words, lines: list[str], *, remark: str = ""
) -> Draft:
    title = headline(parcel, words) + remark
    head = [] if style.titled else [style.heading.format(title)]
    url = link_of(parcel)
    label = link_label(parcel)
    foot = ["", style.link.format(label=label, colon=words.colon, url=url)] if url else []
    body = "\n".join([*head, *lines, *foot]).strip("\n")
    return Draft(title, body or title)
