"""Whether whoever asks sees contact data. It is said once, at the door of a request; all that is
read for them afterwards is masked by it, so that no page has to think of it."""

from __future__ import annotations

import contextvars

import msgspec

from app.within import Within


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """`who` looks, by the id of an agent or token."""

    masks: bool = False
    who: str = ""


IN_FULL = Sight()
"""Of the product itself, which sends notices and answers mail."""
_sight: contextvars.ContextVar[Sight] = contextvars.ContextVar("sight", default=IN_FULL)


def of(who: object, *, masks: bool) -> None:
    """From now on, in this request."""
    _sight.set(Sight(masks=masks, who=str(who)))


def now() -> Sight:
    return _sight.get()


def masks() -> bool:
    return _sight.get().masks


def through(sight: Sight) -> Within[Sight]:
    """A block that reads as somebody else sees; IN_FULL for what is done with a contact and not
    shown."""
    return Within(_sight, sight)
