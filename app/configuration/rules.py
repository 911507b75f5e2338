"""The parts `rules`, `reminders`, `targets` and `reports`: who is told of what, who is reminded,
how soon messages are handled, and what is told of all that."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.channel_settings.read import rows
from app.configuration.names import Channels
from app.configuration.plain import written
from app.errors import Invalid, Problem
from app.people import members
from app.reading import objects
from app.reports import change as report_change
from app.rules import change, check, reminders, stored
from app.rules.chains import ASSIGNEE
from app.rules.shape import Rule
from app.tables import Organization
from app.targets import change as target_change


async def read_rules(org: Organization) -> dict[str, Any]:
    """A rule whose name another one has keeps its uid."""
    found = await stored.read(org.id)
    channels = Channels(await rows(org.id))
    named = Counter(rule.name for rule in found.rules)
    emails = {str(each.id): each.email for each in await members.of(org.id)}
    slugs = {uid: slug for slug, uid in (await check.brands(org.id)).items()}
    return {
        "mode": found.mode,
        "rules": [
            _said(rule, channels, emails, slugs, without=() if named[rule.name] > 1 else ("uid",))
            for rule in found.rules
        ],
    }


def _said(
    rule: Rule,
    channels: Channels,
    emails: Mapping[str, str],
    slugs: Mapping[str, str],
    *,
    without: tuple[str, ...],
) -> dict[str, Any]:
    said = written(rule, without=without)
    if brands := said.get("when", {}).get("brands"):
        said["when"]["brands"] = [slugs.get(each, each) for each in brands]
    then = said["then"]
    if then.get("assignee"):
        then["assignee"] = emails.get(then["assignee"], then["assignee"])
    if agents := then.get("assign_next", {}).get("agents"):
        then["assign_next"]["agents"] = [emails.get(each, each) for each in agents]
    if then.get("channels"):
        then["channels"] = [channels.said(each) for each in then["channels"]]
    return said


async def write_rules(org: Organization, raw: Any, by: str) -> None:
    """Raises Invalid with every fault."""
    said = copy.deepcopy(dict(objects.as_object(raw)))
    now = (await stored.read(org.id)).rules
    named = Counter(rule.name for rule in now)
    uids = {rule.name: rule.uid for rule in now if named[rule.name] == 1}
    listed = said.get("rules")
    entries = listed if isinstance(listed, list) else []
    twice = Counter(str(each.get("name")) for each in entries if isinstance(each, Mapping))
    channels = Channels(await rows(org.id))
    problems: list[Problem] = []
    for place, each in enumerate(entries):
        if not isinstance(each, dict):
            continue
        name = each.get("name")
        if not each.get("uid") and isinstance(name, str) and twice[name] == 1 and name in uids:
            each["uid"] = uids[name]
        then = each.get("then")
        if isinstance(then, dict) and isinstance(then.get("channels"), list):
            at = objects.pointer("rules", place, "then", "channels")
            then["channels"] = [
                channels.found(name, f"{at}/{number}", problems)
                for number, name in enumerate(then["channels"])
            ]
    if problems:
        raise Invalid(problems)
    await change.replace(org.id, said, by=by)


async def read_reminders(org: Organization) -> list[dict[str, Any]]:
    channels = Channels(await rows(org.id), reserved=(ASSIGNEE,))
    found = [written(chain) for chain in (await reminders.read(org.id)).chains]
    for chain in found:
        for step in chain["steps"]:
            step["channel"] = _word(step["channel"], channels)
    return found


def _word(channel: str, channels: Channels) -> str:
    return channel if channel == ASSIGNEE else channels.said(channel)


async def write_reminders(org: Organization, raw: Any, by: str) -> None:
    """Raises Invalid with every fault."""
    chains = copy.deepcopy(objects.as_list(raw))
    channels = Channels(await rows(org.id), reserved=(ASSIGNEE,))
    problems: list[Problem] = []
    for place, chain in enumerate(chains):
        steps = chain.get("steps") if isinstance(chain, dict) else None
        for number, step in enumerate(steps if isinstance(steps, list) else ()):
            if isinstance(step, dict) and step.get("channel") != ASSIGNEE:
                at = objects.pointer(place, "steps", number, "channel")
                step["channel"] = channels.found(step.get("channel"), at, problems)
    if problems:
        raise Invalid(problems)
    try:
        await reminders.save(org.id, {"chains": chains}, by=by)
    except Invalid as error:
        raise Invalid(error.out_of("/chains")) from None


async def read_targets(org: Organization) -> dict[str, Any]:
    found = written(await target_change.read(org.id))
    if found.get("warn"):
        found["warn"] = Channels(await rows(org.id)).said(found["warn"])
    return found


async def write_targets(org: Organization, raw: Any, by: str) -> None:
    """Raises Invalid with every fault."""
    said = dict(objects.as_object(raw))
    problems: list[Problem] = []
    if said.get("warn"):
        said["warn"] = Channels(await rows(org.id)).found(said["warn"], "/warn", problems)
    if problems:
        raise Invalid(problems)
    await target_change.save(org.id, said, by=by)


async def read_reports(org: Organization) -> list[dict[str, Any]]:
    channels = Channels(await rows(org.id))
    found = [written(each, without=("uid",)) for each in await report_change.read(org.id)]
    return [{**each, "channel": channels.said(each["channel"])} for each in found]


async def write_reports(org: Organization, raw: Any, by: str) -> None:
    """One that says what a stored one does is that one. Raises Invalid with every fault."""
    wanted = [dict(objects.as_object(each)) for each in objects.as_list(raw)]
    channels = Channels(await rows(org.id))
    problems: list[Problem] = []
    for place, each in enumerate(wanted):
        at = objects.pointer(place, "channel")
        each["channel"] = channels.found(each.get("channel"), at, problems)
    if problems:
        raise Invalid(problems)
    stored_ = await report_change.read(org.id)
    left = {each.uid: written(each, without=("uid",)) for each in stored_}
    new = []
    for place, each in enumerate(wanted):
        same = next((uid for uid, known in left.items() if known == each), None)
        if same is None:
            new.append((place, each))
        else:
            del left[same]
    for uid in left:
        await report_change.remove(org.id, uid, by=by)
    for place, each in new:
        try:
            await report_change.add(org.id, each, by=by)
        except Invalid as error:
            problems += error.below(objects.pointer(place))
    if problems:
        raise Invalid(problems)
