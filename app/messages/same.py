"""Whether texts or contacts count as the same."""

from __future__ import annotations

import uuid
from typing import Protocol

from app.messages.stored import Stored
from app.reading import emails, phones
from app.secrets import keyed_hash
from app.text import canonical


class Reached(Protocol):
    @property
    def phone(self) -> str: ...
    @property
    def email(self) -> str: ...


CANON = "1"
"""The version of `canonical`; a new rule gets a new number, so that old fingerprints never match
by chance."""


def fingerprint(organization: uuid.UUID, content: str) -> str:
    """A keyed hash, so that the text cannot be guessed from it after the message is deleted."""
    return keyed_hash("fingerprint", f"{CANON}\n{organization}\n{canonical(content)}")


def contact(one: Stored, other: Stored) -> bool:
    """Whether both name the same phone, or the same email, however they are written."""
    return phones.same(one.phone, other.phone) or emails.same(one.email, other.email)


def reached(by: str, row: Reached) -> bool:
    """Whether this phone or email is one of theirs, however it is written."""
    if emails.address(by):
        return emails.same(by, row.email)
    return phones.same(by, row.phone)


def again(first: Stored, row: Stored) -> bool:
    """Whether the same visitor says the same and nothing new. A changed name or contact is new; one
    that is left out is not."""
    same_answers = (first.fields, first.chosen) == (row.fields, row.chosen)
    renamed = bool(row.name) and row.name.casefold() != first.name.casefold()
    return same_answers and contact(first, row) and not renamed and not _brings(first, row)


def corrects(first: Stored, row: Stored) -> bool:
    """Whether the same visitor names another way to be reached: the first may have been wrong.

    The visitor is the same by a shared contact or a signed id, or by the same IP address and name
    with the same browser or a mistyped phone. Not if phone and email both differ.
    """
    if not _brings(first, row):
        return False
    if contact(first, row) or (first.external_id and first.external_id == row.external_id):
        return True
    if not first.ip or (first.ip, first.name) != (row.ip, row.name):
        return False
    if first.phone and row.phone and first.email and row.email:
        return False
    browser = first.user_agent and first.user_agent == row.user_agent
    return bool(browser or phones.slipped(first.phone, row.phone))


def _brings(first: Stored, row: Stored) -> bool:
    """Whether it names a phone or an email that the first does not."""
    return bool(
        (row.phone and not phones.same(first.phone, row.phone))
        or (row.email and not emails.same(first.email, row.email))
    )
