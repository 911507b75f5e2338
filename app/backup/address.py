"""Where backups are kept and who may open them, as the operator writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from app.files.place import Place
from app.files.place import parse as parse_bucket

Address = Path | Place
PLACES = "list whole paths of folders, or s3://key:secret@host/bucket with / in the secret as %2F"
KEYS = "list keys like age1…, see docs/backup.md"


class Backups(msgspec.Struct, frozen=True, kw_only=True):
    """Those that are made by themselves, every so many `hours`: `to` is where they are put. The
    newest `keep` stay, and the last one of each of so many `weeks`. `recipients` may open them."""

    to: tuple[Address, ...]
    hours: int
    keep: int
    weeks: int
    recipients: tuple[str, ...]


def asked(reader: Any) -> Backups:
    """As the environment says it; `reader` collects what is wrong."""
    return Backups(
        to=reader.parsed("LEAVEMSG_BACKUPS_TO", parse, PLACES),
        hours=reader.number("LEAVEMSG_BACKUPS_HOURS", 1, 720),
        keep=reader.number("LEAVEMSG_BACKUPS_KEEP", 1, 1000),
        weeks=reader.number("LEAVEMSG_BACKUPS_WEEKS", 0, 520),
        recipients=reader.parsed("LEAVEMSG_BACKUPS_RECIPIENTS", recipients, KEYS),
    )


def parse(text: str) -> tuple[Address, ...]:
    """Folders and `s3://…`, with commas between. Raises ValueError."""
    found: list[Address] = []
    for part in filter(None, map(str.strip, text.split(","))):
        bucket = parse_bucket(part) if "://" in part else None
        if bucket is None and not Path(part).is_absolute():
            raise ValueError
        found.append(bucket or Path(part))
    return tuple(found)


def recipients(text: str) -> tuple[str, ...]:
    """Public keys like `age1…`, with commas between. Raises ValueError."""
    found = text.replace(",", " ").split()
    if not found:
        return ()
    from pyrage import RecipientError, x25519

    try:
        return tuple(str(x25519.Recipient.from_str(each)) for each in found)
    except RecipientError:
        raise ValueError from None
