"""What a page says about what was just done, or was not."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from web.http import words
from web.http.request import Incoming


class Flash(msgspec.Struct, frozen=True):
    """A message about what was just done. `undo` is an address, or empty; its answer stands `over`
    the message or the list, or leads `back` to the page."""

    kind: str
    sign: str
    text: str
    undo: str = ""
    over: str = "detail"
    back: str = ""


class Banner(msgspec.Struct, frozen=True):
    """Something that was refused or came to nothing, on the page itself."""

    kind: str
    sign: str
    text: str


def flash(request: Incoming, sentences: Mapping[str, str]) -> Flash | None:
    """The sentence for what was just done, as `done` in the address says; None if it has none."""
    sentence = sentences.get(request.query_params.get("done", ""))
    if sentence is None:
        return None
    return Flash("ok", "circle-check", words.say(words.locale_of(request), sentence))
