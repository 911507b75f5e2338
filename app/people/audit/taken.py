"""The audit as a file: lines of JSON for programs, CSV for spreadsheets. What was changed is in it
as the page shows it: without secrets."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from app.catalogue import N_, say
from app.errors import Invalid
from app.messages.export import text
from app.messages.export.cells import Cell
from app.messages.export.wish import FORMATS as MEDIA
from app.messages.export.wish import Export
from app.people import audit
from app.people.audit import Entry, listed
from app.people.audit.acts import WORDS
from app.people.audit.listed import Wanted
from app.tables import Organization

FILE = N_("Audit {day}")
TITLES = (
    N_("Time (UTC)"),
    N_("Who"),
    N_("Kind"),
    N_("What was done"),
    N_("Act"),
    N_("Thing"),
    N_("More"),
    N_("Address"),
    N_("Before and after"),
    N_("Number"),
    N_("Hash"),
)
FORMATS = ("jsonl", "csv")
ENCODE = msgspec.json.Encoder()


async def take(org: Organization, wanted: Wanted, kind: str, *, locale: str, by: str) -> Export:
    """The audit itself says who took it. Raises Invalid at /format."""
    if kind not in FORMATS:
        known = ", ".join(FORMATS)
        raise Invalid.at("/format", "not_a_choice", "Use one of {known}", known=known)
    await audit.record(org.id, by, "audit.exported", detail=kind)
    pages = listed.pages(org.id, wanted)
    if kind == "csv":
        pieces = text.as_csv([say(locale, each) for each in TITLES], _cells(locale, pages))
    else:
        pieces = _lines(pages)
    day = f"{dt.datetime.now(ZoneInfo(org.timezone)):%Y-%m-%d}"
    return Export(
        name=f"{say(locale, FILE, {'day': day})}.{kind}",
        plain_name=f"audit-{day}.{kind}",
        media_type=MEDIA[kind],
        pieces=pieces,
    )


async def _lines(pages: AsyncIterator[list[Entry]]) -> AsyncIterator[bytes]:
    async for entries in pages:
        yield ENCODE.encode_lines([_object(each) for each in entries])


def _object(entry: Entry) -> dict[str, Any]:
    return {
        "uid": entry.id,
        "at": entry.at.astimezone(dt.UTC),
        "actor": {"kind": entry.kind, "uid": entry.who, "name": entry.actor},
        "act": entry.action,
        "area": entry.area,
        "target": entry.target,
        "detail": entry.detail,
        "address": entry.address,
        "change": msgspec.json.decode(entry.change) if entry.change else None,
        "number": entry.number,
        "hash": entry.hash,
    }


async def _cells(locale: str, pages: AsyncIterator[list[Entry]]) -> AsyncIterator[list[list[Cell]]]:
    async for entries in pages:
        yield [
            [
                f"{each.at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}",
                each.actor,
                each.kind,
                say(locale, WORDS.get(each.action, each.action)),
                each.action,
                each.target,
                each.detail,
                each.address,
                each.change,
                each.number or "",
                each.hash,
            ]
            for each in entries
        ]
