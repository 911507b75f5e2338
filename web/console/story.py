"""The story of a message, a sentence for each thing that happened."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from app.channels.kinds import KINDS
from app.deliveries.tries import MENTIONED
from app.messages import Row, Sent, Shown, events, outcomes
from app.messages.events import Event
from app.rules.chains import Chain, Step, steps_for
from app.tables import Organization
from web.console import block_words, replying, rule_words
from web.console.audit_words import BY_LINK
from web.console.auth import Desk
from web.console.block_words import CAUGHT
from web.console.delivery_words import SIGNS, STATES
from web.console.rule_words import Names
from web.http import words
from web.http.words import N_

PRIORITIES = {
    "high": N_("{name} set the priority to high"),
    "normal": N_("{name} set the priority to normal"),
    "low": N_("{name} set the priority to low"),
}
NOTICE = N_("Notice to {channel}: {state}")
REMINDER = N_("Reminder {n} to {channel}: {state}")
NAMED = N_("{step} to {channel}: {state}")
MENTIONING = N_("{told}, mentioning {people}")
NEXT = {
    "": N_("If nobody takes it: {step}, {time}, to {channel}"),
    "duty": N_("If nobody takes it: {step}, {time}, to {channel}, for who is on duty"),
    "next": N_("If nobody takes it: {step}, {time}, to {channel}, for the next on duty"),
}
TO_AGENT = {
    "sent": N_("Told {agent} by e-mail"),
    "failed": N_("{agent} could not be told by e-mail"),
    "cancelled": N_("{agent} was not told by e-mail"),
}
BY_RULE = N_("The rule “{name}”: {effects}")
SENTENCES = {
    "handled": N_("{name}: {outcome}"),
    "spam": N_("{name} marked it as spam"),
    "reopened": N_("{name} opened it again"),
    "assigned": N_("{name} assigned it to {assignee}"),
    "unassigned": N_("{name} unassigned {before}"),
    "claimed": N_("{name} took it"),
    "categorized": N_("{name} changed the category: {category}"),
    "tagged": N_("{name} changed the tags: {tags}"),
    "snoozed": N_("{name} snoozed it until {until}"),
    "woken": N_("{name} ended the snooze"),
    "trashed": N_("{name} moved it to the trash"),
    "restored": N_("{name} took it out of the trash"),
    "rule": N_("The rule “{name}” applied"),
    "blocked": CAUGHT,
    "undone": N_("{name} took back a change"),
    "noted": N_("{name} added a note"),
    "mentioned": N_("{name} added a note for {people}"),
    "replied": N_("{name} replied to the visitor"),
    "drafted": N_("{name} proposed a reply"),
    "released": N_("{name} sent the reply that {drafter} proposed"),
    "discarded": N_("{name} discarded a proposed reply"),
    "mail_stopped": N_("The visitor wants no mail about this message"),
    "unreplied": N_("{name} took a reply back before it went"),
    "notified": N_("{name} had it told again: {channels}"),
    "added": N_("The visitor added something"),
    "autoreplied": N_("An automatic answer came from {sender}"),
    "bounced": N_("A mail did not arrive: {failure}"),
    "delayed": N_("A mail is still on its way: {failure}"),
    "solved": N_("The visitor says: solved"),
    "unsolved": N_("The visitor says: not solved"),
    "corrected": N_("The visitor corrected how to reach them: {contacts}"),
    "erasure_asked": N_("The visitor asks to have it erased"),
    "withdrawn": N_("The visitor has withdrawn this message"),
    "resumed": N_("The visitor took the withdrawal back"),
    "anonymised": N_("Who left it and what was written was erased"),
}
CONTACTS = {
    "name": N_("Name"),
    "phone": N_("Phone"),
    "wechat": N_("WeChat ID"),
    "email": N_("Email"),
}
BY_MAIL = {
    "added": N_("The visitor answered by mail, from {sender}"),
    "replied": N_("{name} replied to the visitor by mail, from {sender}"),
}
ICONS = {
    "handled": "check-check",
    "spam": "ban",
    "blocked": "ban",
    "reopened": "rotate-ccw",
    "undone": "undo-2",
    "trashed": "trash-2",
    "solved": "check",
    "unsolved": "x",
    "snoozed": "clock",
    "added": "message-square-text",
    "autoreplied": "mail",
    "bounced": "circle-alert",
    "delayed": "clock",
    "notified": "send",
    "replied": "message-square-text",
    "unreplied": "undo-2",
    "drafted": "pencil",
    "discarded": "x",
    "mail_stopped": "ban",
    "corrected": "pencil",
    "erasure_asked": "trash-2",
    "withdrawn": "undo-2",
    "resumed": "rotate-ccw",
    "anonymised": "eye-off",
}
OTHERWISE = "user"
WENT = {"handled": "ok", "solved": "ok", "unsolved": "err", "bounced": "err"}


class Told(msgspec.Struct, frozen=True):
    """One line of the story. `kind` is how it went: ok, err or nothing of that. `rule` is the uid
    of the rule that it is about, `action` what was done with the message. `again` is the uid of a
    delivery that may be sent once more, `mail` that of a mail that came; `remark` that of one under
    a name that was only typed."""

    at: dt.datetime
    sign: str
    kind: str
    text: str
    rule: str = ""
    action: str = ""
    again: str = ""
    remark: str = ""
    mail: str = ""


async def told(
    locale: str,
    desk: Desk,
    shown: Shown,
    names: Mapping[str, str],
    chains: Sequence[Chain] = (),
) -> list[Told]:
    """What happened, in order, without what still waits; `names` are the colleagues' by uid."""
    names = {**names, **_channels(locale, shown)}
    happened = await events.of(desk.org.id, uuid.UUID(shown.message.uid))
    found = [*_arrival(locale, shown, names, chains)]
    for each in happened:
        text = sentence(locale, desk, each, names)
        sign, kind = ICONS.get(each.action, OTHERWISE), WENT.get(each.action, "")
        rule, mail = each.now.get("rule_uid", ""), each.now.get("mail", "")
        remark = each.now.get("remark", "") if each.via else ""
        found.append(Told(each.at, sign, kind, text, rule, each.action, remark=remark, mail=mail))
    if not any(each.action in ("handled", "withdrawn") for each in happened):
        found += _handled_before(locale, desk.org, shown.message)
    return sorted(found, key=lambda each: each.at)


def _channels(locale: str, shown: Shown) -> dict[str, str]:
    return {
        each.channel_uid: each.channel_name or words.say(locale, KINDS[each.kind].label)
        for each in shown.deliveries
    }


def caught(story: Iterable[Told]) -> str:
    """The entry of the block list that has set it aside; empty when none has."""
    return next((each.text for each in story if each.action == "blocked"), "")


def erasing_asked(story: Iterable[Told]) -> dt.datetime | None:
    """When the visitor last asked the team to erase it."""
    return max((each.at for each in story if each.action == "erasure_asked"), default=None)


def _arrival(
    locale: str, shown: Shown, names: Mapping[str, str], chains: Sequence[Chain]
) -> Iterator[Told]:
    row = shown.message
    steps = steps_for(chains, row.category, row.priority)
    yield Told(row.created_at, "inbox", "", words.say(locale, N_("Message received")))
    for other in shown.repeats:
        yield Told(other.created_at, "repeat", "", words.say(locale, N_("Said again")))
    for sent in shown.deliveries:
        if sent.done_at:
            yield _notice(locale, sent, sent.done_at, names, steps)
    if row.read_at:
        yield Told(row.read_at, "eye", "", words.say(locale, N_("First read")))


def sentence(locale: str, desk: Desk, event: Event, names: Mapping[str, str]) -> str:
    """What one event says; `names` are those of colleagues and channels by uid. An action without a
    sentence of its own is told by its word."""
    facts = _facts(locale, desk, event, names)
    known = Names(names, names, {})
    if event.action == "rule" and (did := rule_words.did(locale, event.was, event.now, known)):
        return words.say(locale, BY_RULE, {**facts, "effects": " · ".join(did)})
    if event.action == "prioritized":
        msgid = PRIORITIES.get(event.now.get("priority", ""), "")
    else:
        action = "mentioned" if facts["people"] else event.action
        action = "released" if facts["drafter"] else action
        msgid = BY_MAIL.get(action, "") if facts["sender"] else ""
        msgid = msgid or SENTENCES.get(action, "")
    return words.say(locale, msgid, facts) if msgid else f"{facts['name']}: {event.action}"


def _facts(locale: str, desk: Desk, event: Event, names: Mapping[str, str]) -> dict[str, str]:
    now, nobody = event.now, words.say(locale, N_("nobody"))
    nothing = words.say(locale, N_("none"))
    until = now.get("snoozed_until")
    moment = dt.datetime.fromisoformat(until) if until else event.at
    return {
        "name": _actor(locale, event),
        "assignee": _name(now.get("assignee"), names) or nobody,
        "before": _name(event.was.get("assignee"), names) or nobody,
        "category": now.get("category") or nothing,
        "people": words.listed(locale, [names[each] for each in _called(now) if each in names]),
        "tags": words.listed(locale, now.get("tags", [])) or nothing,
        "channels": words.listed(locale, [_name(each, names) for each in now.get("told", [])]),
        "outcome": _outcome(
            locale, desk.org, now.get("outcome", ""), now.get("outcome_reason", "")
        ),
        "sender": now.get("from", ""),
        "drafter": now.get("drafter", ""),
        "contacts": words.listed(
            locale, [words.say(locale, CONTACTS[each]) for each in now.get("corrected", [])]
        ),
        "failure": " ".join(now.get(each, "") for each in ("recipient", "words")).strip(),
        "until": words.short(locale, desk.zone, moment),
        "entry": block_words.entry(locale, now) if event.action == "blocked" else "",
    }


def _actor(locale: str, event: Event) -> str:
    """Who has only typed a name is not taken for the member of that name."""
    if not event.actor:
        return words.say(locale, N_("The visitor"))
    return words.say(locale, BY_LINK, {"name": event.actor}) if event.via else event.actor


def _outcome(locale: str, org: Organization, outcome: str, reason: str) -> str:
    said = outcomes.of(org).said(locale, outcome, reason)
    return said or words.say(locale, N_("Handled"))


def _called(now: Mapping[str, Any]) -> list[str]:
    found = now.get("mentions")
    return found if isinstance(found, list) else []


def _name(uid: Any, names: Mapping[str, str]) -> str:
    return names.get(uid, "") if isinstance(uid, str) else ""


def comes_next(locale: str, zone: str, shown: Shown, chains: Sequence[Chain]) -> str:
    """The step of the reminders that comes if nobody takes care of it, and when."""
    waits = [each for each in shown.deliveries if each.step and each.state == "pending"]
    if not waits:
        return ""
    first = min(waits, key=lambda each: each.due_at)
    row = shown.message
    steps = steps_for(chains, row.category, row.priority)
    step = steps[first.step - 1] if first.step <= len(steps) else None
    facts = {
        "step": _step(locale, first, steps),
        "channel": first.agent_name
        or first.channel_name
        or words.say(locale, KINDS[first.kind].label),
        "time": words.short(locale, zone, first.due_at),
    }
    return words.say(locale, NEXT[step.mention if step else ""], facts)


def _step(locale: str, sent: Sent, steps: Sequence[Step]) -> str:
    return _named(sent, steps) or words.say(locale, N_("Reminder {n}"), {"n": str(sent.step)})


def _named(sent: Sent, steps: Sequence[Step]) -> str:
    """The name of the step that it is, as it is now."""
    return steps[sent.step - 1].name if 0 < sent.step <= len(steps) else ""


def _notice(
    locale: str, sent: Sent, at: dt.datetime, names: Mapping[str, str], steps: Sequence[Step]
) -> Told:
    kind = {"sent": "ok", "failed": "err"}.get(sent.state, "")
    if replying.is_reply(sent):
        text = words.say(locale, replying.story(sent))
        again = sent.uid if sent.state == "failed" else ""
        return Told(at, SIGNS[sent.state], kind, text, again=again)
    if sent.agent and not sent.step:
        text = words.say(locale, TO_AGENT[sent.state], {"agent": sent.agent_name})
        return Told(at, SIGNS[sent.state], kind, text)
    channel = sent.channel_name or words.say(locale, KINDS[sent.kind].label)
    facts = {
        "channel": sent.agent_name if sent.agent else channel,
        "state": words.say(locale, STATES[sent.state]),
        "n": str(sent.step),
        "step": (name := _named(sent, steps)),
    }
    msgid = NAMED if name else REMINDER if sent.step else NOTICE
    said = words.say(locale, msgid, facts)
    if people := [names[uid] for uid in _mentioned(sent) if uid in names]:
        people_said = words.listed(locale, people)
        said = words.say(locale, MENTIONING, {"told": said, "people": people_said})
    return Told(at, SIGNS[sent.state], kind, said)


def _mentioned(sent: Sent) -> Iterator[str]:
    for each in sent.attempts:
        yield from each.facts.get(MENTIONED, "").split()


def _handled_before(locale: str, org: Organization, row: Row) -> Iterator[Told]:
    """A message that was handled before events were kept."""
    if row.handled_at and row.status == "handled":
        outcome = _outcome(locale, org, row.outcome, row.outcome_reason)
        facts = {"name": row.handled_by, "outcome": outcome}
        yield Told(
            row.handled_at, "check-check", "ok", words.say(locale, SENTENCES["handled"], facts)
        )
