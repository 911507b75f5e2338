"""When this process last changed what visitors' pages are told, so that nothing from before is told
from memory (app.widget.told). Other processes go on for some seconds."""

from __future__ import annotations

import time
import uuid

AT_MOST = 5000
"""One more takes the place of the oldest: nothing from before that change is remembered still."""
_changed: dict[uuid.UUID, float] = {}


def note(which: uuid.UUID) -> None:
    """After a change of an organization, or of a brand, was committed."""
    _changed.pop(which, None)
    if len(_changed) >= AT_MOST:
        del _changed[next(iter(_changed))]
    _changed[which] = time.monotonic()


def since(moment: float, *these: uuid.UUID) -> bool:
    """Whether one of these organizations and brands was changed since, by the monotonic clock."""
    return any(_changed.get(each, moment - 1) >= moment for each in these)
