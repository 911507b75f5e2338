"""How an organization mails replies to visitors, as it is stored."""

from __future__ import annotations

import functools
import uuid

import msgspec

from app import database
from app.catalogue import N_, say
from app.tables import Organization

TEXT_MAX = 2000
TEXTS_MAX = 200
OPENING = N_("Hello! This is our reply to your message {reference}.")


class Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Own words before and after a reply, in one language, of one brand or (empty) of all. What is
    empty is as built in: the opening in the visitor's language, the shop's name as signature."""

    language: str
    brand: str = ""
    opening: str = ""
    signature: str = ""


class ReplyMail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`channel` is the uid of the e-mail channel that sends; empty: the first that works.
    `answer_to` is where answers go; empty: to the first mailbox that is fetched, else to the
    sender. With `plus` its name is followed by + and a mark of the message, which not every mail
    server delivers."""

    on: bool = True
    channel: str = ""
    answer_to: str = ""
    plus: bool = False
    texts: tuple[Text, ...] = ()

    def said(self, brand: str, language: str, *, shop: str, reference: str) -> tuple[str, str]:
        """The opening and the signature of a reply."""
        found = {(each.brand, each.language): each for each in self.texts}
        own = [each for key in (brand, "") if (each := found.get((key, language)))]
        opening = next((each.opening for each in own if each.opening), "")
        signature = next((each.signature for each in own if each.signature), "")
        facts = {"reference": reference, "shop": shop}
        return (
            _filled(opening, facts) or say(language, OPENING, facts),
            _filled(signature, facts) or shop,
        )


def _filled(text: str, facts: dict[str, str]) -> str:
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@functools.lru_cache(maxsize=256)
def stored(text: str) -> ReplyMail:
    """What the organization's row holds."""
    return msgspec.json.decode(text, type=ReplyMail) if text else ReplyMail()


class _Chosen(msgspec.Struct):
    reply_mail: str
    confirm_channel: uuid.UUID | None


class Chosen(msgspec.Struct, frozen=True):
    reply_mail: ReplyMail
    confirm_channel: uuid.UUID | None


async def chosen(organization: uuid.UUID) -> Chosen:
    query = Organization.select(Organization.reply_mail, Organization.confirm_channel)
    found = await database.row(_Chosen, query.where(Organization.id == organization))
    if found is None:
        return Chosen(ReplyMail(), None)
    return Chosen(stored(found.reply_mail), found.confirm_channel)
