"""From a parcel to what people read: title and text, never longer than the platform takes.

Only the visitor's own words are shortened. Contact details, the number and the link stay whole;
where a digest has no room, lines are counted instead of cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from app import text
from app.catalogue import CLAUSES, LABELLED, N_, say, say_many
from app.channels.dialects import as_is
from app.channels.sender import LISTED, OF_ONE, REMINDER, Announcement, Line, Parcel
from app.notices import templates
from app.notices.notice import Notice, Tap

ALERT_CHARACTERS = 1500
TITLE_CHARACTERS = 80
# When contact details and content do not fit together, other answers give way first.
ANSWER_CHARACTERS = 60
ACTS = (4, 2)
"""Links that act on each message of a digest: as many of them as all messages have room for."""
# What replaces a refused text, and what marks where one was cut.
NEUTRAL = N_(" (the platform refused the text; read it in the console)")
CUT = N_("… (too long, read on in the console)")
NEW = N_("New message {reference}")
ADDITION = N_("Addition to {reference}")
REMINDED = N_("Still waiting: {reference}")
_GIVES_WAY = ("message.fields", "message.page_url", "fields.")


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """How a format writes our own text, and escapes a visitor's."""

    escape: Callable[[str], str] = as_is
    heading: str = "{}"
    item: str = "· {}"
    quote: str = "> "
    link: str = "{labelled}"
    """With `label` and `url`, or with `labelled`: both in one, as the language writes it."""
    lists_links: bool = False
    """Where links have no markup: each stands below the line that it belongs to. A chat has no
    room for that."""
    tap: str = ""
    """Where buttons of a message have a place of their own: how its links stand in a digest."""
    titled: bool = False
    """The first line goes into a place of its own: a subject, the head of a card."""
    glance: tuple[int, ...] = (100, 50, 20)
    """Characters of content in one line of a digest; the first width at which all lines fit."""

    @property
    def in_line(self) -> str:
        """How a link stands within a line, if it can."""
        return self.tap or (self.link if "{label}" in self.link else "")


class Draft(NamedTuple):
    title: str
    body: str


Fits = Callable[[Draft], bool]


def compose(parcel: Parcel, style: Style, own: str, fits: Fits) -> Draft:
    """`own` is the kind's template; `fits` says whether the platform takes a draft's size."""
    if parcel.neutral:
        return _plain(parcel, style, say(parcel.locale, NEUTRAL))
    if parcel.kind == "alert":
        return _alert(parcel, style, fits)
    if parcel.announcement is not None:
        return _announced(parcel, parcel.announcement, style, fits)
    if not parcel.notices:
        return _plain(parcel, style, "")
    if parcel.kind in ("digest", "repeat"):
        return _listing(parcel, style, fits)
    if parcel.to is not None:
        return _to_one(parcel, style, own, fits)
    if parcel.kind in ("more", REMINDER):
        return _addition(parcel, style, fits)
    return _single(parcel, style, own, fits)


def headline(parcel: Parcel) -> str:
    """What the parcel is, in one line, without a visitor's words."""
    locale, mark = parcel.locale, _mark(parcel)
    if parcel.kind == "alert":
        return mark + say(locale, "About your channels")
    if parcel.announcement is not None:
        return mark + parcel.announcement.title
    if parcel.kind == "flood":
        return mark + say_many(
            locale,
            "{n} message was set aside while the form was flooded",
            "{n} messages were set aside while the form was flooded",
            parcel.total,
        )
    if parcel.kind == "digest":
        return mark + _summary(parcel)
    if parcel.kind == "repeat":
        return mark + _repeated(locale, repeated_by(parcel))
    reference = parcel.notices[0].reference if parcel.notices else ""
    if parcel.notices and parcel.notices[0].why:
        facts = {"label": reference, "value": parcel.notices[0].why}
        return mark + say(locale, LABELLED, facts)
    said = {"more": ADDITION, REMINDER: REMINDED}.get(parcel.kind, NEW)
    return (mark + say(locale, said, {"reference": reference})).strip()


def _mark(parcel: Parcel) -> str:
    """What goes before everything: that it is a test, that it may have come before."""
    test = say(parcel.locale, "(Test) ") if parcel.kind == "test" else ""
    return test + (say(parcel.locale, "(Possible repeat) ") if parcel.maybe_repeat else "")


def _repeated(locale: str, n: int) -> str:
    return say_many(
        locale, "{n} more visitor wrote the same", "{n} more visitors wrote the same", n
    )


def _summary(parcel: Parcel) -> str:
    """What a digest holds. Messages that it does not list count as new, or as assigned."""
    if parcel.to is not None:
        return _summary_for_one(parcel)
    same = sum(notice.others > 0 for notice in parcel.notices)
    added = sum(notice.added for notice in parcel.notices)
    reminded = sum(notice.reminded for notice in parcel.notices)
    new = max(parcel.total - same - added - reminded, 0)
    locale = parcel.locale
    said = []
    if new or not (same or added or reminded):
        said.append(say_many(locale, "{n} new message", "{n} new messages", new))
    if same:
        said.append(
            say_many(
                locale,
                "{n} message that others wrote, too",
                "{n} messages that others wrote, too",
                same,
            )
        )
    if added:
        said.append(say_many(locale, "{n} addition", "{n} additions", added))
    if reminded:
        said.append(say_many(locale, "{n} reminder", "{n} reminders", reminded))
    return say(locale, CLAUSES).join(said)


def _summary_for_one(parcel: Parcel) -> str:
    locale, mentions = parcel.locale, sum(bool(notice.note) for notice in parcel.notices)
    reminded = sum(notice.reminded for notice in parcel.notices)
    assigned = max(parcel.total - mentions - reminded, 0)
    said = []
    if assigned:
        said.append(
            say_many(
                locale,
                "{n} message was assigned to you",
                "{n} messages were assigned to you",
                assigned,
            )
        )
    if mentions:
        said.append(say_many(locale, "{n} note mentions you", "{n} notes mention you", mentions))
    if reminded:
        said.append(say_many(locale, "{n} reminder", "{n} reminders", reminded))
    return say(locale, CLAUSES).join(said)


def repeated_by(parcel: Parcel) -> int:
    return max([parcel.total, *(notice.others for notice in parcel.notices)])


def link_of(parcel: Parcel) -> str:
    """Where an agent goes on from here."""
    if parcel.kind in OF_ONE and parcel.notices:
        return parcel.notices[0].link or parcel.inbox_link
    return parcel.inbox_link


def link_label(parcel: Parcel) -> str:
    if parcel.announcement is not None:
        return say(parcel.locale, "Open the overview")
    return say(parcel.locale, "Open and handle" if parcel.kind in OF_ONE else "Open the inbox")


def _single(parcel: Parcel, style: Style, own: str, fits: Fits) -> Draft:
    values = templates.values(parcel.notices[0], locale=parcel.locale, timezone=parcel.timezone)
    for template in _templates(parcel, own, style):
        told = templates.with_wechat(template, values, parcel.locale)
        for offered in (told, _shortened(told)):
            draft = _filled(parcel, style, template, offered, fits)
            if draft is not None:
                return draft
    return _plain(parcel, style, say(parcel.locale, CUT))


def _templates(parcel: Parcel, own: str, style: Style) -> Iterator[str]:
    # In the plainest form a template written for another format would show its markup.
    usable = parcel.template.strip() and not parcel.fallback
    # Saving refuses it; one from an older release is not sent either.
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

    content = text.fit(values["message.content"], usable, marker=say(parcel.locale, CUT))
    if content is None:
        return None
    chosen = draft(content)
    return chosen if chosen.body.strip() else None


def _draft(parcel: Parcel, style: Style, template: str, values: Mapping[str, str]) -> Draft:
    mark = _mark(parcel)
    if not style.titled:
        body = _rendered(template, values, style)
        marked = f"{mark.strip()}\n{body}" if mark and body.strip() else body
        return Draft(headline(parcel), _with_taps(parcel, style, template, marked))
    first, _, rest = template.partition("\n")
    one_line = {name: text.clean_line(value) for name, value in values.items()}
    title = text.clean_line(templates.render(first, one_line, as_is))
    title = text.clip(title, TITLE_CHARACTERS, cost=text.in_characters)
    body = _with_taps(parcel, style, template, _rendered(rest, values, style))
    return Draft(mark + title if title else headline(parcel), body or title)


def _rendered(template: str, values: Mapping[str, str], style: Style) -> str:
    # The link is ours, and escaped it would lead nowhere.
    return templates.render(template, values, style.escape, trusted=templates.OURS)


def taps_of(parcel: Parcel) -> tuple[Tap, ...]:
    """The links that act on the one message that it is about."""
    is_one = parcel.kind in OF_ONE and parcel.notices
    return parcel.notices[0].taps if is_one else ()


def _with_taps(parcel: Parcel, style: Style, template: str, body: str) -> str:
    """Below everything, unless the template has its own place for one of them."""
    if not body.strip() or any(name in template for name in templates.TAPS):
        return body
    return "\n".join([body, *_taps(parcel, style)])


def _taps(parcel: Parcel, style: Style) -> list[str]:
    taps = taps_of(parcel)
    if not taps or not style.link:
        return []
    if "{label}" in style.link:
        linked = [style.link.format(label=each.label, url=each.url, labelled="") for each in taps]
        return ["", " · ".join(linked)]
    return [
        "",
        *(labelled(each, parcel.locale) for each in taps),
    ]


def _shortened(values: Mapping[str, str]) -> dict[str, str]:
    return {
        name: text.clip(value, ANSWER_CHARACTERS, cost=text.in_characters)
        if name.startswith(_GIVES_WAY)
        else value
        for name, value in values.items()
    }


def _alert(parcel: Parcel, style: Style, fits: Fits) -> Draft:
    said = text.clip(text.clean(parcel.text), ALERT_CHARACTERS, cost=text.in_characters)

    def draft(said: str) -> Draft:
        return _assembled(parcel, style, [style.escape(said)])

    fitting = text.fit(said, lambda said: fits(draft(said)))
    return draft(fitting or "")


def _announced(parcel: Parcel, said: Announcement, style: Style, fits: Fits) -> Draft:
    """As many lines as fit."""

    def draft(count: int) -> Draft:
        lines = [_linked(line, style) for line in said.lines[:count]]
        if left := len(said.lines) - count:
            lines += ["", _further(parcel.locale, left)]
        return _assembled(parcel, style, lines)

    drafts = (draft(count) for count in range(len(said.lines), -1, -1))
    return next(filter(fits, drafts), _plain(parcel, style, ""))


def _linked(line: Line, style: Style) -> str:
    said = style.escape(line.text)
    if line.link and style.lists_links:
        return f"{style.item.format(said)}\n  {line.link}"
    if line.link and "{label}" in style.link:
        said = style.link.format(label=said, url=line.link, labelled="")
    return style.item.format(said)


def _addition(parcel: Parcel, style: Style, fits: Fits) -> Draft:
    """Uses no template: those are written for new messages."""
    (notice, *_) = parcel.notices

    def draft(content: str) -> Draft:
        who = style.item.format(_who(notice, style, parcel.locale))
        return _assembled(parcel, style, [_quoted(content, style), "", who])

    content = text.fit(
        text.clean(notice.content), lambda said: fits(draft(said)), marker=say(parcel.locale, CUT)
    )
    return draft(content) if content is not None else _plain(parcel, style, say(parcel.locale, CUT))


def _to_one(parcel: Parcel, style: Style, own: str, fits: Fits) -> Draft:
    """Why they are told, then the message as any notice shows it."""
    notice = parcel.notices[0].clean()
    said = [_quoted(notice.note, style)] if notice.note else []
    shown = _single(parcel, style, own, fits).body
    return Draft(headline(parcel), "\n\n".join([notice.why, *said, shown, *_choice(parcel)]))


def _quoted(said: str, style: Style) -> str:
    return style.quote + style.escape(said).replace("\n", f"\n{style.quote}")


def _listing(parcel: Parcel, style: Style, fits: Fits) -> Draft:
    """All lines at the widest width that fits; else as many lines as fit at the narrowest. Each
    with the links that act on it if all of them have room: what is told goes before."""
    most = min(len(parcel.notices), LISTED)
    for acts in _how_many_acts(parcel, style):
        for width in style.glance:
            draft = _listed(parcel, style, most, width, acts)
            if fits(draft):
                return draft
    narrowest = style.glance[-1]
    drafts = (_listed(parcel, style, n, narrowest) for n in range(most - 1, 0, -1))
    return next(filter(fits, drafts), _plain(parcel, style, ""))


def _how_many_acts(parcel: Parcel, style: Style) -> tuple[int, ...]:
    """All of them, the first two, or none."""
    have = any(notice.taps for notice in parcel.notices) and parcel.kind == "digest"
    return (*ACTS, 0) if have and (style.in_line or style.lists_links) else (0,)


def _listed(parcel: Parcel, style: Style, count: int, width: int, acts: int = 0) -> Draft:
    shown = parcel.notices[:count]
    lines = []
    if parcel.kind == "repeat" and shown:
        said = text.clip(text.clean(shown[0].content), 5 * width, cost=text.in_characters)
        lines += [_quoted(said, style), ""]
    for notice in shown:
        lines.append(style.item.format(_glance(notice, parcel, style, width)))
        lines += acts_below(notice.taps[:acts], parcel.locale, style)
    if parcel.total > len(shown):
        lines += ["", _further(parcel.locale, parcel.total - len(shown))]
    return _assembled(parcel, style, lines)


def acts_below(taps: Sequence[Tap], locale: str, style: Style) -> list[str]:
    """What can be done with the message of the line before."""
    if not taps:
        return []
    if not style.in_line:
        return [f"  {labelled(each, locale)}" for each in taps]
    linked = (style.in_line.format(label=each.label, url=each.url, labelled="") for each in taps)
    line = " · ".join(linked)
    return [style.item.format(line) if style.item.startswith(">") else f"  {line}"]


def labelled(tap: Tap, locale: str) -> str:
    """A link where there is no markup."""
    return say(locale, LABELLED, {"label": tap.label, "value": tap.url})


def _glance(notice: Notice, parcel: Parcel, style: Style, width: int) -> str:
    """One message in one line: number, who, how to reach them, and how it begins."""
    shown = _who(notice, style, parcel.locale)
    if parcel.kind == "repeat":
        return shown
    if notice.reminded and not notice.why:
        shown = say(parcel.locale, REMINDED, {"reference": shown})
    if notice.added:
        shown = say(parcel.locale, ADDITION, {"reference": shown})
    said = text.clean_line(notice.note or notice.content)
    content = text.clip(said, width, cost=text.in_characters)
    if notice.why:
        shown += say(parcel.locale, CLAUSES) + notice.why
    if notice.others:
        shown += say(parcel.locale, CLAUSES) + _repeated(parcel.locale, notice.others)
    return say(parcel.locale, LABELLED, {"label": shown, "value": style.escape(content)})


def _further(locale: str, n: int) -> str:
    return say_many(locale, "{n} more in the console", "{n} more in the console", n)


def _who(notice: Notice, style: Style, locale: str) -> str:
    who = text.clip(text.clean_line(notice.name), templates.NAME_BYTES) or say(locale, "A visitor")
    reached = (notice.phone, notice.email, notice.wechat)
    contact = [text.clean_line(value) for value in reached if value]
    return "  ".join([notice.reference, *map(style.escape, [who, *contact])])


def _plain(parcel: Parcel, style: Style, remark: str) -> Draft:
    """The headline, a remark, the link: nothing that a visitor wrote."""
    return _assembled(parcel, style, [], remark=remark)


def _assembled(parcel: Parcel, style: Style, lines: list[str], *, remark: str = "") -> Draft:
    title = headline(parcel) + remark
    head = [] if style.titled else [style.heading.format(title)]
    url = link_of(parcel)
    foot = ["", _link(parcel, style, url)] if url else []
    foot += _taps(parcel, style)
    foot += [line for each in _choice(parcel) for line in ("", each)]
    body = "\n".join([*head, *lines, *foot]).strip("\n")
    return Draft(title, body or title)


def _choice(parcel: Parcel) -> list[str]:
    if not parcel.choice_link:
        return []
    facts = {"label": say(parcel.locale, "Switch such mail off"), "value": parcel.choice_link}
    return [say(parcel.locale, LABELLED, facts)]


def _link(parcel: Parcel, style: Style, url: str) -> str:
    label = link_label(parcel)
    labelled = say(parcel.locale, LABELLED, {"label": label, "value": url})
    return style.link.format(label=label, url=url, labelled=labelled)
