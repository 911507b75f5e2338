"""Whether a rule can be kept: cleaned, with every fault at its place."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from app import database
from app.errors import Invalid, Problem
from app.feed.rows import ENDPOINT
from app.fields.shape import KEY, SYSTEM_LENGTHS
from app.people.colleagues import WORKERS
from app.reading import objects, pages, uids
from app.reading.tags import tag
from app.rules.shape import BACK_MAX, NextOnline, Rule, Rules, Then, When
from app.tables import Agent, Brand, Channel
from app.text import clean_line

RULES_MAX = 50
NAME_MAX = 64
ENTRIES_MAX = 100
"""Of one list of a rule."""
TEXT_MAX = 64
"""Characters of one word, answer or category."""
TAGS_MAX = 20
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE | re.ASCII)


class Known(msgspec.Struct, frozen=True):
    """What a rule may name: agents by id, with their names, and by email; channels that notices go
    to by id; brands by slug."""

    agents: Mapping[str, str]
    emails: Mapping[str, str]
    channels: frozenset[str]
    brands: Mapping[str, str] = {}


class _Brand(msgspec.Struct):
    id: uuid.UUID
    slug: str


class _Agent(msgspec.Struct):
    id: uuid.UUID
    email: str
    name: str


async def known(organization: uuid.UUID) -> Known:
    query = Agent.select(Agent.id, Agent.email, Agent.name).order_by(Agent.name, Agent.email)
    query = query.where(
        Agent.organization == organization,
        Agent.role.is_in(WORKERS),
        Agent.disabled_at.is_null(),
    )
    people = await database.rows(_Agent, query)
    mine = Channel.select(Channel.id)
    mine = mine.where(
        Channel.organization == organization,
        Channel.archived_at.is_null(),
        Channel.kind != ENDPOINT,
    )
    channels = await database.values(uuid.UUID, mine)
    return Known(
        {str(each.id): each.name or each.email for each in people},
        {each.email: str(each.id) for each in people},
        frozenset(map(str, channels)),
        await brands(organization),
    )


async def brands(organization: uuid.UUID) -> dict[str, str]:
    """Their uids by their slugs."""
    query = Brand.select(Brand.id, Brand.slug).where(Brand.organization == organization)
    return {each.slug: str(each.id) for each in await database.rows(_Brand, query)}


def checked(raw: Mapping[str, Any], known: Known) -> Rules:
    """The rules that a program sends. Raises Invalid with every fault."""
    found = objects.read(raw, Rules)
    if len(found.rules) > RULES_MAX:
        detail = "At most {limit} is allowed."
        raise Invalid.at("/rules", "too_long", detail, limit=str(RULES_MAX))
    problems: list[Problem] = []
    uids_seen: set[str] = set()
    rules = []
    for place, each in enumerate(found.rules):
        at = objects.pointer("rules", place)
        rules.append(one(each, known, problems, at))
        if each.uid in uids_seen:
            problems.append(Problem(f"{at}/uid", "twice", "This is listed twice"))
        uids_seen |= {each.uid} if each.uid else set()
    if problems:
        raise Invalid(problems)
    return replace(found, rules=rules)


def one(rule: Rule, known: Known, problems: list[Problem], at: str = "") -> Rule:
    """The rule, cleaned; its faults are added to `problems`."""
    look = _Look(known, problems)
    name = clean_line(rule.name)
    if not name:
        look.fault(f"{at}/name", "required", "Enter a name")
    look.short(name, NAME_MAX, f"{at}/name")
    return replace(
        rule,
        name=name,
        when=look.when(rule.when, f"{at}/when"),
        then=look.then(rule.then, f"{at}/then"),
    )


def conditions(when: When, brands: Mapping[str, str]) -> When:
    """The conditions alone, cleaned; `brands` are those that there are, by slug. Raises Invalid
    with pointers below /when."""
    look = _Look(Known({}, {}, frozenset(), brands), [])
    found = look.when(when, "/when")
    if look.problems:
        raise Invalid(look.problems)
    return found


class _Look:
    """Looks at the parts of one rule."""

    def __init__(self, known: Known, problems: list[Problem]) -> None:
        self.known = known
        self.problems = problems

    def fault(self, place: str, code: str, detail: str, **facts: str) -> None:
        self.problems.append(Problem(place, code, detail, facts))

    def short(self, text: str, limit: int, place: str) -> None:
        if len(text) > limit:
            detail = "Use at most {limit} characters"
            self.fault(place, "too_long", detail, limit=str(limit))

    def texts(self, texts: Sequence[str], place: str) -> list[str]:
        """Each once, in their order."""
        if len(texts) > ENTRIES_MAX:
            detail = "At most {limit} is allowed."
            self.fault(place, "too_long", detail, limit=str(ENTRIES_MAX))
        found = [clean_line(each) for each in texts[:ENTRIES_MAX]]
        for number, each in enumerate(found):
            self.short(each, TEXT_MAX, f"{place}/{number}")
        return [each for each in dict.fromkeys(found) if each]

    def each(
        self,
        texts: Sequence[str],
        place: str,
        read: Callable[[str], str],
        *,
        code: str,
        detail: str,
    ) -> list[str]:
        """What `read` makes of each; it returns nothing for what cannot be used."""
        found = []
        for number, text in enumerate(self.texts(texts, place)):
            if one := read(text):
                found.append(one)
            else:
                self.fault(f"{place}/{number}", code, detail)
        return list(dict.fromkeys(found))

    def when(self, when: When, at: str) -> When:
        return replace(
            when,
            categories=self.texts(when.categories, f"{at}/categories"),
            words=self.texts(when.words, f"{at}/words"),
            sites=self.each(
                when.sites,
                f"{at}/sites",
                pages.host_of,
                code="not_a_host",
                detail="Write a site like example.com",
            ),
            answers=dict(self._answers(when.answers, f"{at}/answers")),
            languages=self.each(
                when.languages,
                f"{at}/languages",
                _language,
                code="unknown_language",
                detail="Write a language like zh or en-GB",
            ),
            brands=self.each(
                when.brands,
                f"{at}/brands",
                self._brand,
                code="unknown_brand",
                detail="There is no such brand",
            ),
        )

    def _brand(self, written: str) -> str:
        """By uid, or by slug, which is easier to write."""
        known = self.known.brands
        found = known.get(written, written)
        return found if found in known.values() else ""

    def _answers(
        self, answers: Mapping[str, list[str]], at: str
    ) -> Iterator[tuple[str, list[str]]]:
        for key, values in answers.items():
            place = at + objects.pointer(key)
            if not KEY.fullmatch(key):
                self.fault(place, "unknown_field", "The form has no such field")
            elif found := self.texts(values, place):
                yield key, found

    def then(self, then: Then, at: str) -> Then:
        category = clean_line(then.category)
        self.short(category, SYSTEM_LENGTHS["category"], f"{at}/category")
        found = replace(
            then,
            category=category,
            assignee=self._assignee(then.assignee, f"{at}/assignee"),
            assign_next=self._next(then.assign_next, f"{at}/assign_next"),
            tags=self._tags(then.tags, f"{at}/tags"),
            channels=list(self._channels(then.channels, f"{at}/channels")),
        )
        if found == Then():
            self.fault(at, "required", "Choose at least one thing that the rule does")
        if then.assignee and then.assign_next:
            detail = "Either one person or the next one"
            self.fault(f"{at}/assign_next", "conflict", detail)
        if then.quiet and then.channels:
            detail = "Either nobody is told, or these channels are"
            self.fault(f"{at}/quiet", "conflict", detail)
        return found

    def _assignee(self, written: str | None, at: str) -> str | None:
        """By uid, or by email, which is easier to write."""
        if not written:
            return None
        found = self.known.emails.get(written.strip().casefold()) or str(uids.uid_or_none(written))
        if found not in self.known.agents:
            self.fault(at, "unknown_agent", "There is nobody like this")
        return found

    def _next(self, wanted: NextOnline | None, at: str) -> NextOnline | None:
        if wanted is None:
            return None
        named = dict.fromkeys(wanted.agents)
        found = [self._assignee(each, f"{at}/agents/{n}") for n, each in enumerate(named)]
        minutes = wanted.back_after_minutes
        if minutes is not None and not 1 <= minutes <= BACK_MAX:
            facts = {"low": "1", "high": str(BACK_MAX)}
            detail = "Use a number from {low} to {high}"
            self.fault(f"{at}/back_after_minutes", "out_of_range", detail, **facts)
        return replace(wanted, agents=[each for each in found if each])

    def _tags(self, tags: Sequence[str], at: str) -> list[str]:
        found = []
        for number, each in enumerate(tags):
            try:
                found.append(tag(each))
            except Invalid as error:
                self.problems += [
                    replace(problem, pointer=f"{at}/{number}") for problem in error.problems
                ]
        if len(found) > TAGS_MAX:
            self.fault(at, "too_long", "At most {limit} is allowed.", limit=str(TAGS_MAX))
        return list(dict.fromkeys(found))

    def _channels(self, channels: Iterable[str], at: str) -> Iterator[str]:
        for number, each in enumerate(dict.fromkeys(channels)):
            found = str(uids.uid_or_none(each))
            if found in self.known.channels:
                yield found
            else:
                self.fault(f"{at}/{number}", "unknown_channel", "There is no such channel")


def _language(text: str) -> str:
    return text if LANGUAGE.fullmatch(text) else ""
