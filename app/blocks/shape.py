"""An entry of the block list as it is written down."""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

import msgspec

Kind = Literal["phone", "email", "wechat", "ip", "words"]
KINDS: tuple[Kind, ...] = get_args(Kind)
REASON_MAX = 200
WORDS_MAX = 500
"""Of one entry."""
WORD_MAX = 64


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is a phone number, an e-mail address or `@` and a domain, a WeChat id, an IP address
    or network, or words, one a line. Without `expires_at` it holds for ever. An entry without `uid`
    is a new one."""

    uid: str = ""
    kind: Kind
    text: str
    reason: str = ""
    expires_at: dt.datetime | None = None
    created_at: dt.datetime | None = None
    created_by: str = ""

    def is_over(self, now: dt.datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now
