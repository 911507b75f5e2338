"""How messages are handled, in an organization's own words: its outcomes, and the reasons why there
was nothing to do. Messages keep their keys, so nothing is ever taken out of the lists."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec.structs import replace

from app import database
from app.catalogue import say
from app.deliveries.owe import lock
from app.errors import Invalid, NotFound, Problem
from app.messages import acts
from app.messages.acts import Act
from app.messages.wording import OUTCOMES, WITHDRAWN, WITHDRAWN_BY_VISITOR
from app.people import audit
from app.reading import objects
from app.tables import Organization
from app.text import clean_line, folded

NOTHING = "none"
"""The only outcome that has reasons."""
MOST = 50
"""Of each list, with those that are no longer offered."""
LABEL_MAX = 32
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,15}", re.ASCII)
KEY_BYTES = 4

Part = Literal["outcomes", "reasons"]
PARTS: tuple[Part, ...] = ("outcomes", "reasons")


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A built-in outcome without a label is called what the product calls it. What is retired is
    not offered any more."""

    key: Annotated[str, msgspec.Meta(description="What messages keep. Left out: a new one.")] = ""
    label: str = ""
    retired: bool = False


class Outcomes(msgspec.Struct, frozen=True, kw_only=True):
    """Both lists in the order in which they are offered."""

    outcomes: list[Choice]
    reasons: list[Choice] = []

    def labels(self, locale: str) -> dict[str, str]:
        """Of every outcome, also of those that are not offered, by key."""
        return {each.key: each.label or say(locale, OUTCOMES[each.key]) for each in self.outcomes}

    @property
    def offered(self) -> list[str]:
        return [each.key for each in self.outcomes if not each.retired]

    @property
    def offered_reasons(self) -> list[str]:
        return [each.key for each in self.reasons if not each.retired]

    @property
    def buttons_of_reasons(self) -> list[str]:
        """What their buttons send; none where the outcome itself is not offered."""
        offered = self.offered_reasons if NOTHING in self.offered else []
        return [f"{NOTHING}/{key}" for key in offered]

    def choices(self, locale: str) -> dict[str, str]:
        """All of them and, after "none/", the reasons: as buttons send them and lists are narrowed
        by them."""
        named = self.labels(locale)
        why = {f"{NOTHING}/{each.key}": each.label for each in self.reasons}
        return {**named, **{key: f"{named[NOTHING]} · {label}" for key, label in why.items()}}

    def every(self, locale: str) -> dict[str, str]:
        """What a message may have, with what only its visitor gives it."""
        return {**self.choices(locale), WITHDRAWN: say(locale, WITHDRAWN_BY_VISITOR)}

    def said(self, locale: str, outcome: str, reason: str) -> str:
        """Both in one line; an outcome that is not known has no words."""
        known = self.every(locale)
        return known.get(f"{outcome}/{reason}", "") or known.get(outcome, "")

    def handled(
        self, outcome: str, reason: str, note: str, *, by: str, agent: uuid.UUID | None = None
    ) -> Act:
        """What is retired is still taken: a page may be older. Raises Invalid at /outcome,
        /outcome_reason or /note."""
        if outcome not in {each.key for each in self.outcomes}:
            known = ", ".join(self.offered)
            raise Invalid.at("/outcome", "unknown_outcome", "Use one of {known}", known=known)
        place = "/outcome_reason"
        if reason and outcome != NOTHING:
            raise Invalid.at(place, "not_allowed", "Only the outcome “none” has reasons")
        if reason and reason not in {each.key for each in self.reasons}:
            known = ", ".join(self.offered_reasons)
            raise Invalid.at(place, "unknown_reason", "Use one of {known}", known=known)
        return acts.handled(outcome, note, by=by, reason=reason, agent=agent)


BUILT_IN = Outcomes(outcomes=[Choice(key=key) for key in OUTCOMES])


def of(org: Organization) -> Outcomes:
    return _stored(org.outcomes)


async def read(organization: uuid.UUID) -> Outcomes:
    query = Organization.select(Organization.outcomes).where(Organization.id == organization)
    return _stored(await database.value(str, query) or "")


def _stored(text: str) -> Outcomes:
    return msgspec.json.decode(text, type=Outcomes) if text else BUILT_IN


async def save(organization: uuid.UUID, raw: Mapping[str, Any], *, by: str) -> Outcomes:
    """Replaces both lists; what is not listed is retired. Raises Invalid with every fault."""
    wanted = objects.read(raw, Outcomes)
    return await _change(
        organization,
        lambda before: Outcomes(
            outcomes=_merged(before.outcomes, wanted.outcomes),
            reasons=_merged(before.reasons, wanted.reasons),
        ),
        "outcomes.replaced",
        by,
    )


def _merged(before: list[Choice], wanted: list[Choice]) -> list[Choice]:
    """Sent again without keys, the same words mean the same choices."""
    listed = {each.key for each in wanted}
    keys = {folded(each.label): each.key for each in before if each.key not in listed}
    keys.pop("", None)
    known = [
        each if each.key else replace(each, key=keys.pop(folded(clean_line(each.label)), ""))
        for each in wanted
    ]
    listed |= {each.key for each in known}
    gone = [replace(each, retired=True) for each in before if each.key not in listed]
    return [*known, *gone]


async def add(organization: uuid.UUID, part: Part, label: str, *, by: str) -> None:
    """As the last one. Raises Invalid at /label."""
    new = Choice(label=label)
    await _edit(organization, part, "", lambda all: [*all, new], f"{part}.added", by)


async def rename(organization: uuid.UUID, part: Part, key: str, label: str, *, by: str) -> None:
    """Raises Invalid at /label, and NotFound, as those below."""

    def renamed(all: list[Choice]) -> list[Choice]:
        return [replace(each, label=label) if each.key == key else each for each in all]

    await _edit(organization, part, key, renamed, f"{part}.renamed", by)


async def retire(organization: uuid.UUID, part: Part, key: str, retired: bool, *, by: str) -> None:
    """Takes it out of what is offered, or offers it again."""

    def changed(all: list[Choice]) -> list[Choice]:
        return [replace(each, retired=retired) if each.key == key else each for each in all]

    action = f"{part}.{'retired' if retired else 'restored'}"
    await _edit(organization, part, key, changed, action, by)


async def move(organization: uuid.UUID, part: Part, key: str, step: int, *, by: str) -> None:
    """One place up (-1) or down (1) among those that are offered."""

    def moved(all: list[Choice]) -> list[Choice]:
        offered = [each for each in all if not each.retired]
        rest = [each for each in all if each.retired]
        place = next((at for at, each in enumerate(offered) if each.key == key), None)
        if place is not None:
            chosen = offered.pop(place)
            offered.insert(max(place + step, 0), chosen)
        return [*offered, *rest]

    await _edit(organization, part, key, moved, f"{part}.ordered", by)


async def _edit(
    organization: uuid.UUID,
    part: Part,
    key: str,
    make: Callable[[list[Choice]], list[Choice]],
    action: str,
    by: str,
) -> None:
    """Changes one list. Raises NotFound unless it has the key, which is empty for a new one."""

    def edited(before: Outcomes) -> Outcomes:
        lists = {"outcomes": before.outcomes, "reasons": before.reasons}
        if key and key not in {each.key for each in lists[part]}:
            raise NotFound
        return Outcomes(**{**lists, part: make(lists[part])})

    try:
        await _change(organization, edited, action, by)
    except Invalid as error:
        raise _at_the_label(error) from None


def _at_the_label(error: Invalid) -> Invalid:
    """Where only one is changed, a form has one field."""
    return Invalid([replace(each, pointer="/label") for each in error.problems])


async def _change(
    organization: uuid.UUID, make: Callable[[Outcomes], Outcomes], action: str, by: str
) -> Outcomes:
    async with database.transaction():
        await lock(organization)
        wanted = make(await read(organization))
        found = Outcomes(
            outcomes=[_clean(each) for each in wanted.outcomes],
            reasons=[_clean(each) for each in wanted.reasons],
        )
        if problems := [
            *_faults("outcomes", found.outcomes, own_words=OUTCOMES),
            *_faults("reasons", found.reasons),
        ]:
            raise Invalid(problems)
        if not found.offered:
            raise Invalid.at("/outcomes", "too_short", "Offer at least one outcome")
        text = msgspec.json.encode(found).decode()
        changed = Organization.update({Organization.outcomes: text})
        await changed.where(Organization.id == organization)
        await audit.record(organization, by, action, organization)
    return found


def _clean(choice: Choice) -> Choice:
    key = choice.key or secrets.token_hex(KEY_BYTES)
    return replace(choice, key=key, label=clean_line(choice.label).strip())


def _faults(
    part: Part, choices: list[Choice], *, own_words: Collection[str] = ()
) -> Iterator[Problem]:
    """`own_words` are the keys that the product has words for."""
    if len(choices) > MOST:
        yield Problem(f"/{part}", "too_long", "At most {limit} is allowed.", {"limit": str(MOST)})
    keys: set[str] = set()
    labels: set[str] = set()
    for place, each in enumerate(choices):
        at = objects.pointer(part, place)
        if not KEY.fullmatch(each.key):
            detail = "Use at most 16 lower-case letters and digits"
            yield Problem(f"{at}/key", "format", detail)
        if each.key in keys:
            yield Problem(f"{at}/key", "not_unique", "This is listed twice")
        if not each.label and each.key not in own_words:
            yield Problem(f"{at}/label", "required", "Enter a name")
        if len(each.label) > LABEL_MAX:
            detail, limit = "Use at most {limit} characters", str(LABEL_MAX)
            yield Problem(f"{at}/label", "too_long", detail, {"limit": limit})
        if each.label and not each.retired and folded(each.label) in labels:
            yield Problem(f"{at}/label", "not_unique", "Another one has this name")
        keys.add(each.key)
        if not each.retired:
            labels.add(folded(each.label))
