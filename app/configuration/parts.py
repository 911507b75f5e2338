"""The parts of a configuration, in the order in which they are applied: what others name comes
first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from app.configuration import (
    access,
    brands,
    channels,
    mail,
    mailboxes,
    notices,
    privacy,
    providers,
    rota,
    rules,
    team,
)
from app.configuration.references import Source
from app.errors import Invalid, Problem
from app.reading import objects
from app.tables import Organization

Read = Callable[[Organization], Awaitable[Any]]
Write = Callable[[Organization, Any, str], Awaitable[Any]]
WriteSecrets = Callable[[Organization, Any, Source, str], Awaitable[None]]


class Part(msgspec.Struct, frozen=True):
    """What has secrets is written `with_source`."""

    read: Read
    write: Write | None = None
    with_source: WriteSecrets | None = None


PARTS: dict[str, Part] = {
    "people": Part(team.read_people, team.write_people),
    "channels": Part(channels.read, with_source=channels.write_all),
    "limits": Part(notices.read_limits, notices.write_limits),
    "templates": Part(notices.read_templates, notices.write_templates),
    "shop": Part(brands.read_shop, brands.write_shop),
    **{face: Part(*brands.of_first(face)) for face in brands.FACES},
    "brands": Part(brands.read, brands.write),
    "outcomes": Part(team.read_outcomes, team.write_outcomes),
    "phrases": Part(team.read_phrases, team.write_phrases),
    "blocks": Part(team.read_blocks, team.write_blocks),
    "rules": Part(rules.read_rules, rules.write_rules),
    "reminders": Part(rules.read_reminders, rules.write_reminders),
    "rota": Part(rota.read, rota.write),
    "targets": Part(rules.read_targets, rules.write_targets),
    "reports": Part(rules.read_reports, rules.write_reports),
    "providers": Part(providers.read, with_source=providers.write_all),
    "sign_in": Part(access.read_sign_in, access.write_sign_in),
    "mailboxes": Part(mailboxes.read, with_source=mailboxes.write_all),
    "reply_mail": Part(mail.read, mail.write),
    "rotation": Part(access.read_rotation, access.write_rotation),
    "retention": Part(privacy.read, privacy.write),
    "contacts": Part(privacy.read_contacts, privacy.write_contacts),
}
NAMED = dict.fromkeys(
    ("limits", "rules", "reminders", "rota", "targets", "reports", "mailboxes", "reply_mail"),
    ("people", "channels", "brands"),
)
"""Parts that name what others list: where those are faulty, nothing can be said of these."""


async def read(org: Organization, names: tuple[str, ...] = tuple(PARTS)) -> dict[str, Any]:
    """Secrets are Hidden; entries that people tell apart by name have their `uid` too."""
    return {name: await PARTS[name].read(org) for name in names}


def check_names(document: Mapping[str, Any]) -> None:
    """Raises Invalid for parts that are not known."""
    unknown = [objects.unknown(str(name), PARTS) for name in document if name not in PARTS]
    if unknown:
        raise Invalid(unknown)


async def write(
    org: Organization, document: Mapping[str, Any], source: Source, *, by: str
) -> list[str]:
    """Each part of the document, whole. Returns the invitations that were made, "email link" each.
    Only inside a transaction. Raises Invalid with every fault of every part: then nothing of it may
    be committed."""
    problems: list[Problem] = []
    links: list[str] = []
    faulty: set[str] = set()
    for name, part in PARTS.items():
        if name not in document or faulty.intersection(NAMED.get(name, ())):
            continue
        try:
            if part.with_source is not None:
                await part.with_source(org, document[name], source, by)
            elif part.write is not None:
                links += await part.write(org, document[name], by) or []
        except Invalid as error:
            faulty.add(name)
            problems += error.below(f"/{name}")
    if problems:
        raise Invalid(problems)
    return links
