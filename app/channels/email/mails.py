"""A notice as an e-mail. Headers are built by the library only, never from strings."""

from __future__ import annotations

import hashlib
import html
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

import msgspec

from app import text
from app.catalogue import N_, say
from app.channels.sender import Parcel
from app.channels.wording import Draft, labelled, link_label, link_of, taps_of
from app.notices.notice import Tap
from app.reading.mailboxes import mailbox

# The sender's name when none is configured.
SENDER = N_("Message desk")
SUBJECT_CHARACTERS = 60
HEADER_CODE_POINTS = 150
"""5,000 Chinese characters would make a subject of 24 kB."""


def mail(parcel: Parcel, draft: Draft, *, sender: Address, recipient: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=recipient)
    if visitor := _visitor(parcel):
        message["Reply-To"] = visitor
    message["Subject"] = subject(draft.title)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = message_id(parcel.id, recipient, sender.domain)
    # Keeps out-of-office replies away.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    name = header_text(say(parcel.locale, SENDER))
    message["List-Id"] = f"{name} <leavemsg.{sender.domain}>"
    message.set_content(draft.body, cte="base64")
    if not parcel.fallback:
        taps = taps_of(parcel)
        body = _without(draft.body, taps)
        listed = {} if taps else _listed(parcel)
        page = html_page(body, link_label(parcel), link_of(parcel), taps=taps, listed=listed)
        message.add_alternative(page, subtype="html", cte="base64")
    return message


def attach_unified(message: EmailMessage, parcel: Parcel) -> None:
    """The notice for programs that read the mailbox."""
    content = msgspec.json.encode(parcel.notices[0].clean().unified())
    message.add_attachment(
        content, maintype="application", subtype="json", filename="leave_message.json"
    )


def subject(title: str) -> str:
    return header_text(text.clip(title, SUBJECT_CHARACTERS, cost=text.in_characters))


def header_text(value: str) -> str:
    """Safe in any header. `=?` would start an encoded word, which can hold a line break."""
    value = text.clip(text.clean_line(value), HEADER_CODE_POINTS, cost=len)
    return value.replace("=?", "= ?")


def message_id(parcel_id: str, recipient: str, domain: str) -> str:
    """The same for every try, so that mailboxes can drop a repeat."""
    who = hashlib.sha256(recipient.encode()).hexdigest()[:12]
    return f"<lm.{parcel_id}.{who}@{domain}>"


def _without(body: str, taps: Sequence[Tap]) -> str:
    """Without the lines of these links, which stand below as such."""
    lines = body.split("\n")
    return "\n".join(line for line in lines if not any(each.url in line for each in taps))


def _listed(parcel: Parcel) -> dict[str, Tap]:
    """The links below the lines of a digest, by what is written there."""
    taps = (each for notice in parcel.notices for each in notice.taps)
    return {f"  {labelled(each, parcel.locale)}": each for each in taps}


def html_page(
    body: str,
    label: str,
    link: str,
    *,
    taps: Sequence[Tap] = (),
    listed: Mapping[str, Tap] | None = None,
) -> str:
    """The text in HTML: nothing in it becomes a link, but the lines that are `listed`; no picture
    is loaded."""
    blocks = "\n".join(_blocks(body, listed or {}))
    button = (
        f'<p><a href="{html.escape(link)}" style="display:inline-block;padding:8px 16px;'
        f'background:#1d4ed8;color:#fff;border-radius:4px;text-decoration:none">'
        f"{html.escape(label)}</a></p>"
        if link
        else ""
    )
    others = _anchors(taps)
    button += f"\n<p>{others}</p>" if others else ""
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8"></head>\n'
        '<body style="font:15px/1.6 sans-serif;color:#111;background:#fff">\n'
        f"{blocks}\n{button}\n</body></html>\n"
    )


def _anchors(taps: Iterable[Tap]) -> str:
    return " · ".join(
        f'<a href="{html.escape(each.url)}">{html.escape(each.label)}</a>' for each in taps
    )


def _blocks(body: str, listed: Mapping[str, Tap]) -> Iterator[str]:
    for paragraph in body.split("\n\n"):
        lines = paragraph.strip("\n").split("\n")
        if all(line.startswith("> ") for line in lines):
            inner = _lines([line[2:] for line in lines], {})
            yield (
                '<blockquote style="margin:12px 0;padding:4px 12px;border-left:3px solid #999">'
                f"{inner}</blockquote>"
            )
        elif any(line.strip() for line in lines):
            yield f"<p>{_lines(lines, listed)}</p>"


def _lines(lines: list[str], listed: Mapping[str, Tap]) -> str:
    """Links that follow each other stand in one line."""
    shown: list[str] = []
    for is_tap, found in itertools.groupby(lines, lambda line: line in listed):
        some = list(found)
        shown += [_anchors(listed[line] for line in some)] if is_tap else map(html.escape, some)
    return "<br>\n".join(shown)


def _visitor(parcel: Parcel) -> Address | None:
    """For Reply-To: answers go to the visitor if the address is usable."""
    if parcel.kind not in ("single", "more", "reminder") or parcel.neutral or not parcel.notices:
        return None
    if parcel.to is not None:
        # They would think that they answer their colleague.
        return None
    notice = parcel.notices[0]
    if notice.shows != "all":
        return None
    address = mailbox(text.clean_line(notice.email), public=True)
    if address is None:
        return None
    try:
        return Address(display_name=header_text(notice.name), addr_spec=address)
    except Exception:  # The library raises several kinds, IndexError among them.
        return None
