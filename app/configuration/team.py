"""The parts `people`, `outcomes`, `phrases` and `blocks`: who works with messages, and with
what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from app import database
from app.blocks import change as block_change
from app.blocks import check as block_check
from app.blocks import stored
from app.blocks.shape import Block, Kind
from app.configuration.plain import written
from app.errors import Invalid, Problem
from app.messages import outcomes, phrases
from app.messages.owned import Who
from app.people import account_links, agents, members
from app.people.actor import Actor
from app.people.members import GIVEN, Member
from app.reading import objects
from app.tables import Organization

T = TypeVar("T", bound=msgspec.Struct)
OWNERS = "Owners are made by an owner, under 成员, and not by a document"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    email: str
    role: str


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase that the team shares."""

    title: str
    text: str


class Barred(msgspec.Struct, frozen=True, kw_only=True):
    kind: Kind
    text: str
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""
    expires_at: dt.datetime | None = None


async def read_people(org: Organization) -> list[dict[str, Any]]:
    """Members who can sign in, and the invited."""
    found = [
        {"email": each.email, "role": each.role}
        for each in await members.of(org.id)
        if each.disabled_at is None
    ]
    now = await database.now()
    found += [
        {"email": each.email, "role": each.role}
        for each in await account_links.invitations(org.id)
        if each.email and not each.is_over(now)
    ]
    return sorted(found, key=lambda each: each["email"])


async def write_people(org: Organization, raw: Any, by: str) -> list[str]:
    """Who is not listed is disabled; who is new is invited. Returns the invitations, "email link"
    each. Raises Invalid."""
    actor = Actor(by=by, role="owner")
    wanted = _people(raw)
    problems: list[Problem] = []
    known = {each.email: each for each in await members.of(org.id)}
    open_ = {each["email"]: each["role"] for each in await read_people(org)}
    for place, (email, role) in enumerate(wanted.items()):
        old = known.get(email)
        is_owner = old is not None and old.role == "owner"
        if is_owner != (role == "owner"):
            problems.append(Problem(f"/{place}/role", "owner", OWNERS))
        elif role not in (*GIVEN, "owner"):
            detail = "Use {known}"
            facts = {"known": ", ".join((*GIVEN, "owner"))}
            problems.append(Problem(f"/{place}/role", "unknown_role", detail, facts))
    for email, old in known.items():
        if old.role == "owner" and old.disabled_at is None and email not in wanted:
            detail = "{email} is an owner and must be listed"
            problems.append(Problem("", "owner", detail, {"email": email}))
    if problems:
        raise Invalid(problems)
    return await _settle(org, wanted, known, open_, actor)


async def _settle(
    org: Organization,
    wanted: Mapping[str, str],
    known: Mapping[str, Member],
    open_: Mapping[str, str],
    actor: Actor,
) -> list[str]:
    links = []
    for each in known.values():
        if each.email not in wanted and each.disabled_at is None:
            await members.disable(org.id, each.id, by=actor)
    for invited in await account_links.invitations(org.id):
        if invited.email and wanted.get(invited.email) != invited.role:
            await account_links.withdraw(org.id, invited.id, by=actor)
    for email, role in wanted.items():
        if (old := known.get(email)) is None:
            if open_.get(email) != role:
                link = await account_links.invite(org.id, role=role, email=email, by=actor)
                links.append(f"{email} {link}")
            continue
        if old.disabled_at is not None:
            await members.enable(org.id, old.id, by=actor)
        if old.role != role:
            await members.set_role(org.id, old.id, role, by=actor)
    return links


def _people(raw: Any) -> dict[str, str]:
    """Roles by address. Raises Invalid."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for place, each in enumerate(objects.as_list(raw)):
        at = objects.pointer(place)
        person = _one(each, Person, at, problems)
        if person is None:
            continue
        address, faults = agents.address_of(person.email)
        problems += [msgspec.structs.replace(fault, pointer=f"{at}/email") for fault in faults]
        if address in found:
            problems.append(Problem(f"{at}/email", "twice", "This is listed twice"))
        found[address] = person.role
    if problems:
        raise Invalid(problems)
    return found


def _one(raw: Any, shape: type[T], at: str, problems: list[Problem]) -> T | None:
    try:
        return objects.read(objects.as_object(raw), shape)
    except Invalid as error:
        problems += error.below(at)
        return None


async def read_outcomes(org: Organization) -> dict[str, Any]:
    return written(await outcomes.read(org.id))


async def write_outcomes(org: Organization, raw: Any, by: str) -> None:
    """What is not listed is not offered any more. Raises Invalid."""
    before = await outcomes.read(org.id)
    said = objects.as_object(raw)
    if said != written(before):
        await outcomes.save(org.id, said, by=by)


async def read_phrases(org: Organization) -> list[dict[str, Any]]:
    return [
        {"uid": each.uid, "title": each.title, "text": each.text}
        for each in await phrases.of(org.id, None)
        if each.shared
    ]


async def write_phrases(org: Organization, raw: Any, by: str) -> None:
    """Those of the team; what agents keep for themselves stays. Raises Invalid."""
    who = Who(agent=None, is_admin=True, by=by)
    problems: list[Problem] = []
    wanted: dict[str, str] = {}
    for place, each in enumerate(objects.as_list(raw)):
        each = {key: each[key] for key in each if key != "uid"} if isinstance(each, dict) else each
        saying = _one(each, Saying, objects.pointer(place), problems)
        if saying is not None and saying.title in wanted:
            at = objects.pointer(place, "title")
            problems.append(Problem(at, "twice", "This is listed twice"))
        elif saying is not None:
            wanted[saying.title] = saying.text
    if problems:
        raise Invalid(problems)
    known = {each["title"]: each for each in await read_phrases(org)}
    kept = {each["uid"] for title, each in known.items() if title in wanted}
    for each in await read_phrases(org):
        if each["uid"] not in kept:
            await phrases.remove(org.id, each["uid"], who=who)
    for title, text in wanted.items():
        if title not in known:
            await phrases.add(org.id, title, text, shared=True, who=who)
        elif known[title]["text"] != text:
            await phrases.change(org.id, known[title]["uid"], text=text, who=who)


async def read_blocks(org: Organization) -> list[dict[str, Any]]:
    now = await database.now()
    found = [each for each in await stored.read(org.id) if not each.is_over(now)]
    return [written(each, without=("uid", "created_at", "created_by")) for each in reversed(found)]


async def write_blocks(org: Organization, raw: Any, by: str) -> None:
    """Raises Invalid with every fault."""
    now = await database.now()
    problems: list[Problem] = []
    wanted: dict[tuple[str, str], Block] = {}
    for place, each in enumerate(objects.as_list(raw)):
        at = objects.pointer(place)
        barred = _one(each, Barred, at, problems)
        if barred is not None and (block := _block(barred, now, at, problems)):
            wanted[block.kind, block.text.casefold()] = block
    if problems:
        raise Invalid(problems)
    known = {(each.kind, each.text.casefold()): each for each in await stored.read(org.id)}
    for mark, each in known.items():
        if mark not in wanted and not each.is_over(now):
            await block_change.remove(org.id, each.uid, by=by)
    new = [
        block for mark, block in wanted.items() if mark not in known or _differs(known[mark], block)
    ]
    if new:
        await block_change.add(org.id, new, by=by)


def _block(barred: Barred, now: dt.datetime, at: str, problems: list[Problem]) -> Block | None:
    """None, too, for one that is over."""
    block = Block(**msgspec.structs.asdict(barred))
    if block.is_over(now):
        return None
    try:
        return block_check.checked(block, now)
    except Invalid as error:
        problems += error.below(at)
        return None


def _differs(old: Block, new: Block) -> bool:
    return (old.reason, old.expires_at) != (new.reason, new.expires_at)
