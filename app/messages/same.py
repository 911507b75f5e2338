"""Whether texts or contacts count as the same."""

from __future__ import annotations

import functools
import uuid
from typing import Protocol

from app import settings
from app.messages.stored import Stored
from app.reading import emails, phones, wechats
from app.secrets import keyed_hash
from app.text import canonical


class Reached(Protocol):
    @property
    def phone(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def wechat(self) -> str: ...


CANON = "1"
"""The version of `canonical`; a new rule gets a new number, so that old fingerprints never match
by chance."""


def fingerprint(brand: uuid.UUID, content: str) -> str:
    """A keyed hash, so that the text cannot be guessed from it after the message is deleted."""
    return _fingerprint(settings.current().secret_key, brand, content)


# It is looked for among spam, and stored.
@functools.lru_cache(maxsize=64)
def _fingerprint(_: str, brand: uuid.UUID, content: str) -> str:
    return keyed_hash("fingerprint", f"{CANON}\n{brand}\n{canonical(content)}")


def contact(one: Stored, other: Stored) -> bool:
    """Whether both can be reached by the same phone, email or WeChat id, however it is written. A
    phone number may be a WeChat id."""
    return bool(_numbers(one) & _numbers(other)) or emails.same(one.email, other.email)


def _numbers(row: Reached) -> frozenset[str]:
    return wechats.with_phone(row.phone, row.wechat)


def reached(by: str, row: Reached) -> bool:
    """Whether this phone, email or WeChat id is one of theirs, however it is written."""
    if emails.address(by):
        return emails.same(by, row.email) or wechats.same(by, row.wechat)
    return wechats.same(by, row.wechat) or (
        not wechats.is_id(by) and bool(phones.keys(by) & _numbers(row))
    )


def again(first: Stored, row: Stored) -> bool:
    """Whether the same visitor says the same and nothing new. A changed name or contact is new; one
    that is left out is not."""
    same_answers = (first.fields, first.chosen) == (row.fields, row.chosen)
    renamed = bool(row.name) and row.name.casefold() != first.name.casefold()
    return same_answers and contact(first, row) and not renamed and not _brings(first, row)


def corrects(first: Stored, row: Stored) -> bool:
    """Whether the same visitor names another way to be reached: the first may have been wrong.

    The visitor is the same by a shared contact or a signed id, or by the same IP address and name
    with the same browser or a mistyped phone or WeChat id. Not if phone and email both differ.
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
    slipped = phones.slipped(first.phone, row.phone) or wechats.slipped(first.wechat, row.wechat)
    return bool(browser or slipped)


def _brings(first: Stored, row: Stored) -> bool:
    """Whether it names a phone, an email or a WeChat id that the first does not."""
    return bool(
        (row.phone and not phones.same(first.phone, row.phone))
        or (row.email and not emails.same(first.email, row.email))
        or (row.wechat and not wechats.keys(row.wechat) & _numbers(first))
    )
