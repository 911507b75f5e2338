"""A brand, with the organization that it belongs to."""

from __future__ import annotations

import re
import uuid

import msgspec

from app.errors import Invalid, Problem
from app.tables import Organization
from app.text import clean_line

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
"""Part of addresses and host pages, so it has one spelling only."""
SLUG_MIN = 2
RESERVED = frozenset(
    {"admin", "api", "app", "assets", "demo", "form", "help", "login", "new", "static", "support"}
    | {"test", "widget", "www"}
)
FORMAT = "Use lower-case letters, digits and hyphens, and begin with a letter or digit"
TAKEN = "This address is taken. Choose another"
NAME_MAX = 128
"""Characters of what visitors read as the shop's name."""


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """`name` and `locale` are the organization's where the brand has none of its own. The first
    brand of an organization has its id."""

    id: uuid.UUID
    org: Organization
    slug: str
    name: str
    locale: str
    position: int = 0
    channels: tuple[str, ...] = ()
    """Uids of those that are told of its messages where no rule names others; none: all."""
    archived: bool = False

    @property
    def is_first(self) -> bool:
        return self.id == self.org.id

    @property
    def mark(self) -> uuid.UUID | None:
        """As messages name it: None for the first."""
        return None if self.is_first else self.id


def slug_problems(slug: str) -> list[Problem]:
    """Why nobody may choose it as an address, whether or not another has it."""
    if not SLUG.fullmatch(slug) or len(slug) < SLUG_MIN:
        return [Problem("/slug", "slug_format", FORMAT)]
    return [Problem("/slug", "taken", TAKEN)] if slug in RESERVED else []


def name_problems(name: str) -> list[Problem]:
    """Of a name that is one clean line."""
    if not name:
        return [Problem("/name", "required", "Enter a name")]
    if len(name) > NAME_MAX:
        limit = {"limit": str(NAME_MAX)}
        return [Problem("/name", "too_long", "Use at most {limit} characters", limit)]
    return []


def named(text: str) -> str:
    """The name that somebody has typed, of a brand or an organization. Raises Invalid at /name."""
    name = clean_line(text)
    if problems := name_problems(name):
        raise Invalid(problems)
    return name


def first(org: Organization) -> Brand:
    """As it is as long as nobody has changed it."""
    return Brand(id=org.id, org=org, slug=org.slug, name=org.name, locale=org.locale)
