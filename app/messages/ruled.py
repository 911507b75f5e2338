"""What rules do with a message on its arrival, before its row is written."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Collection
from typing import Any

import msgspec

from app.hours.clock import open_at
from app.messages.acts import TAGS_MAX
from app.messages.stored import Stored
from app.rules.match import Subject, said
from app.rules.ready import InForce, Ready
from app.rules.shape import NextOnline
from app.rules.turns import NOBODY, Turns

QUIET = "[]"
"""No channel is told of a message."""

log = logging.getLogger(__name__)


Facts = dict[str, Any]


class Seen(msgspec.Struct, kw_only=True):
    """What rules ask of a message, as its row holds it."""

    id: uuid.UUID
    reference: str
    content: str
    fields: str
    category: str
    left_category: str | None
    site: str
    language: str
    external_id: str
    created_at: dt.datetime
    organization: uuid.UUID
    brand: uuid.UUID | None

    @property
    def chosen(self) -> str:
        """The category that its visitor chose."""
        return self.category if self.left_category is None else self.left_category


class Did(msgspec.Struct, frozen=True):
    """What a rule did: what was and what is now. Of `channels`, null means all and an empty list
    none. `missing` is what the rule names and is not there: an agent, all of its channels."""

    rule: str
    was: Facts
    now: Facts


class Ruled(msgspec.Struct):
    """The tags of a message, and what every rule did that means it."""

    tags: list[str] = []
    story: list[Did] = []


def apply(
    rules: InForce, row: Stored, listening: Collection[uuid.UUID], turns: Turns = NOBODY
) -> Ruled:
    """Changes the row as the rules say, in their order: what an earlier one set, a later one sees
    and may set anew. A rule that breaks is passed over; it must not keep a message out. Where no
    rule says who is told, the brand's channels are."""
    ruled, subject = Ruled(), subject_of(row, open_at(rules.schedule, row.created_at))
    for rule in rules.rules:
        try:
            if not rule.matcher.matches(subject):
                continue
            did = _apply(rule, row, rules, ruled, listening, turns)
        except Exception:
            log.exception("rule is broken", extra={"rule": rule.name})
            continue
        ruled.story.append(did)
        subject.category = row.category
        if rules.mode == "first":
            break
    # What is chosen for a brand and is not there any more must not keep everybody from being told.
    there = [each for each in rules.channels if uuid.UUID(each) in listening]
    if row.channels is None and there:
        row.channels = _joined(None, there)
    return ruled


def _apply(
    rule: Ready,
    row: Stored,
    rules: InForce,
    ruled: Ruled,
    listening: Collection[uuid.UUID],
    turns: Turns,
) -> Did:
    then, before = rule.then, _state(row, ruled)
    missing = []
    if then.category and then.category != row.category:
        row.left_category, row.category = row.chosen, then.category
    row.priority = then.priority or row.priority
    ruled.tags = sorted({*ruled.tags, *then.tags})[:TAGS_MAX]
    if then.assignee and then.assignee in rules.agents:
        row.assignee, row.assigned_at = uuid.UUID(then.assignee), row.created_at
    elif then.assignee:
        missing.append("assignee")
    if then.assign_next and not _assign_next(then.assign_next, row, turns):
        missing.append("online")
    if then.quiet:
        row.channels = QUIET
    elif then.channels:
        there = [each for each in then.channels if uuid.UUID(each) in listening]
        if there:
            row.channels = _joined(row.channels, there)
        else:
            missing.append("channels")
    after = _state(row, ruled)
    changed = [name for name in after if after[name] != before[name]]
    now: Facts = {
        "rule": rule.name,
        "rule_uid": rule.uid,
        **{name: after[name] for name in changed},
    }
    if missing:
        now["missing"] = missing
    return Did(rule.name, {name: before[name] for name in changed}, now)


def _assign_next(wanted: NextOnline, row: Stored, turns: Turns) -> bool:
    """Whether somebody was online; else it stays as it is."""
    chosen = turns.next(wanted.agents)
    if chosen is None:
        return False
    row.assignee, row.assigned_at = uuid.UUID(chosen), row.created_at
    if minutes := wanted.back_after_minutes:
        row.back_at = row.created_at + dt.timedelta(minutes=minutes)
    return True


def _state(row: Stored, ruled: Ruled) -> Facts:
    return {
        "category": row.category,
        "priority": row.priority,
        "assignee": str(row.assignee) if row.assignee else None,
        "tags": list(ruled.tags),
        "channels": msgspec.json.decode(row.channels or "null"),
    }


def _joined(stored: str | None, more: list[str]) -> str:
    """Channels that several rules name are all told."""
    before: list[str] = msgspec.json.decode(stored or "[]")
    return msgspec.json.encode(list(dict.fromkeys([*before, *more]))).decode()


def subject_of(row: Stored | Seen, open: bool) -> Subject:
    answers = msgspec.json.decode(row.fields, type=dict[str, str])
    return Subject(
        category=row.chosen,
        text=said(row.content, answers.values()),
        answers=answers,
        site=row.site,
        language=row.language,
        verified=bool(row.external_id),
        open=open,
        brand=str(row.brand or row.organization),
    )
