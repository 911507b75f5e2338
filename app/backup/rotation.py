"""Which backups are kept: the newest, and of some weeks before the last of each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

NAME = re.compile(r"leavemsg-(\d{8}T\d{6}Z)\.lmbak(\.age)?")


def made_at(name: str) -> dt.datetime | None:
    """None for what is not a backup of ours: nobody else's file is ever removed."""
    found = NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return dt.datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def surplus(names: Iterable[str], *, keep: int, weeks: int) -> list[str]:
    """Of all that are there, those that are not needed any more. The newest always stays."""
    dated = {name: made for name in names if (made := made_at(name))}
    newest = sorted(dated, key=dated.__getitem__, reverse=True)
    stays, seen = set(newest[: max(keep, 1)]), set[tuple[int, int]]()
    for name in newest:
        year, week, _ = dated[name].isocalendar()
        if (year, week) not in seen and len(seen) < weeks:
            stays.add(name)
        seen.add((year, week))
    return [name for name in reversed(newest) if name not in stays]
