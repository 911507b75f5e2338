"""What the operations are about: the chapters of the reference, and the tags of the document."""

from __future__ import annotations

from typing import NamedTuple

from web.http.operation import PREFIX
from web.http.words import N_


class Resource(NamedTuple):
    name: str
    title: str
    parts: tuple[str, ...]
    """Addresses, or their beginnings, below the prefix of the API or at the root."""


RESOURCES = (
    Resource("messages", N_("Messages"), ("messages", "query/org", "acts", "agents")),
    Resource("views", N_("Views and canned replies"), ("views", "phrases")),
    Resource("stats", N_("Numbers"), ("stats", "targets", "reports", "outcomes")),
    Resource("config", N_("Settings"), ("config", "create", "query/uid", "form", "hours")),
    Resource("channels", N_("Channels"), ("channels", "test")),
    Resource("templates", N_("Notice templates"), ("templates",)),
    Resource("deliveries", N_("Deliveries"), ("deliveries", "reminders")),
    Resource("rules", N_("Rules"), ("rules", "blocks")),
    Resource("brands", N_("Brands"), ("brands",)),
    Resource("mail", N_("Mail"), ("mail", "mailboxes")),
    Resource("events", N_("Events"), ("events",)),
    Resource("presence", N_("Presence and duty"), ("presence", "rota", "w")),
    Resource("persons", N_("Personal data"), ("persons", "retention", "contacts")),
    Resource("tokens", N_("API tokens"), ("token", "tokens")),
    Resource("audit", N_("Audit and members"), ("audit", "members")),
    Resource("health", N_("Health"), ("livez", "readyz", "api/openapi.json")),
)
OF = {part: resource for resource in RESOURCES for part in resource.parts}


def of(path: str) -> Resource:
    """Raises KeyError for an address of none: give it its place above."""
    return OF[_part(path)]


def place(path: str) -> int:
    """Where an address comes in its chapter."""
    return of(path).parts.index(_part(path))


def _part(path: str) -> str:
    below = path.removeprefix(PREFIX).strip("/")
    return below if below in OF else below.partition("/")[0]
