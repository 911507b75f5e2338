"""What visitors agreed to: the words of that version, in the language in which they were read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import msgspec

from app.errors import NotFound
from app.fields.versions import version
from app.languages import said


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """`version` is the number of the form; `hash` is of the exact words. These are empty where that
    form is not there any more."""

    key: str
    version: int | None
    language: str
    hash: str
    agreed_at: dt.datetime
    text: str = ""
    link: str = ""


async def agreed(
    organization: uuid.UUID, given: Sequence[Mapping[str, str]], number: int | None
) -> list[Agreed]:
    """`given` as a message of the form with that number holds it."""
    found = []
    for each in given:
        one = Agreed(
            key=each["key"],
            version=number,
            language=each["language"],
            hash=each["hash"],
            agreed_at=dt.datetime.fromisoformat(each["at"]),
        )
        found.append(await _with_words(organization, one))
    return found


async def _with_words(organization: uuid.UUID, one: Agreed) -> Agreed:
    try:
        form = await version(organization, one.version or 0)
    except NotFound:
        return one
    field = form.field(one.key)
    if field is None or field.consent_hash(one.language) != one.hash:
        return one
    words = (said(field.label, one.language), said(field.hint, one.language))
    return msgspec.structs.replace(one, text="\n".join(filter(None, words)), link=field.link)
