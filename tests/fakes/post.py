"""The visitors' mailboxes for people who try the product offline: what was mailed to anybody stands
there, and can be answered as a mail program on a phone does."""

from __future__ import annotations

import html
import re
import time
import uuid
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from .imap import FakeImap
    from .letters import Letter
    from .mail import FakeMail
    from .sink import Sink
    from .wire import Request

SUBJECT = re.compile(r"^((re|回复|答复)\s*[:：]\s*)+", re.IGNORECASE)
SENT_FROM = "发自我的 iPhone"


@dataclass
class Post:
    """`office` took the letters; answers to them arrive in `box`, from where they are fetched."""

    office: FakeMail | Sink
    box: FakeImap
    address: str
    """Of the box. What would go elsewhere is not answered here."""
    said: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    """What was answered to a letter: its number in the box, and the words."""

    @property
    def letters(self) -> list[Letter]:
        return self.office.attempts

    def takes(self, letter: Letter) -> bool:
        """Whether an answer to this letter comes to the box, also with a plus in the address."""
        name, _, domain = _answered(letter).partition("@")
        return f"{name.partition('+')[0]}@{domain}" == self.address and bool(letter.recipients)

    def answer(self, request: Request) -> bool:
        """The answer that somebody typed; False when there is nothing to send."""
        form = parse_qs(request.body.decode("utf-8", "replace"))
        number = "".join(form.get("letter", []))
        words = "".join(form.get("words", [])).strip()
        if not number.isdecimal() or int(number) >= len(self.letters) or not words:
            return False
        letter = self.letters[int(number)]
        if not self.takes(letter):
            return False
        uid = self.box.add(reply(letter, words))
        self.said.setdefault(int(number), []).append((uid, words))
        return True


def reply(letter: Letter, words: str) -> bytes:
    """As a phone sends it: threaded, with what it answers quoted below."""
    message = EmailMessage(policy=SMTP)
    sender, domain = letter.recipients[0], letter.recipients[0].rpartition("@")[2]
    message["From"] = sender
    message["To"] = _answered(letter)
    message["Subject"] = f"回复：{SUBJECT.sub('', letter.subject)}"
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{uuid.uuid4().hex}@{domain}>"
    known = str(letter.message["Message-ID"] or "")
    if known:
        message["In-Reply-To"] = known
        message["References"] = f"{letter.message['References'] or ''} {known}".strip()
    said_at = time.strftime("%Y年%m月%d日 %H:%M", time.localtime(letter.wall))
    intro = f"在 {said_at}，{_answered(letter)} 写道："
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    message.set_content(f"{words}\n\n{SENT_FROM}\n\n> {intro}\n> \n{quoted}\n", cte="base64")
    lines = "<br>".join(html.escape(line) for line in words.splitlines())
    page = (
        f'<html><body dir="auto">{lines}<br><br><div dir="ltr">{SENT_FROM}</div>'
        f'<blockquote type="cite">{html.escape(intro)}<br><br></blockquote>'
        f'<blockquote type="cite">{letter.html or html.escape(letter.text)}</blockquote>'
        "</body></html>"
    )
    message.add_alternative(page, subtype="html", cte="base64")
    return message.as_bytes()


def _answered(letter: Letter) -> str:
    """Where an answer to it goes, as every mail program has it."""
    message = letter.message
    return parseaddr(str(message["Reply-To"] or message["From"] or ""))[1].lower()
