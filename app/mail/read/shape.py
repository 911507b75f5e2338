"""A mail as it was understood."""

from __future__ import annotations

import msgspec


class Attachment(msgspec.Struct, frozen=True):
    """`kind` is what the sender calls its type. Nobody may believe it."""

    name: str
    kind: str
    content: bytes


class Bounce(msgspec.Struct, frozen=True):
    """That a mail of ours did not arrive. `status` is like 5.1.1, and empty where none is told;
    `words` are the other server's. `written_to` is the address that we wrote to, where that was
    passed on to `recipient`."""

    recipient: str = ""
    written_to: str = ""
    status: str = ""
    words: str = ""


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """`said` is what was written, without what it quotes; `text` is all of it. `kind` is "mail",
    "automatic", "delayed" or "bounce". `references` are the ids of earlier mails, the nearest
    first. `to` has every address that it went to. `forged` says that the own server's check of the
    sender failed, `proven` that it passed; neither where it says nothing."""

    message_id: str = ""
    references: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    said: str = ""
    kind: str = "mail"
    bounce: Bounce = Bounce()
    attachments: tuple[Attachment, ...] = ()
    left_out: int = 0
    """Attachments beyond the limits."""
    proven: bool = False
    forged: bool = False
