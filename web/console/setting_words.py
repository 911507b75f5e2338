"""What differs between two states of the settings, in words of those who set them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from app.channels.kinds import KINDS
from app.configuration.differ import Difference, called
from app.configuration.hidden import SHOWN
from app.files.families import FAMILY_NAMES
from app.languages import LANGUAGES
from app.messages.wording import OUTCOMES
from web.console import choice_words, form_words, rule_words
from web.console.blanks import blanks
from web.console.limit_fields import LIMIT_FIELDS
from web.http import words
from web.http.words import N_

PARTS = {
    "channels": N_("Channels"),
    "limits": N_("Limits on notices"),
    "templates": N_("Templates"),
    "form": N_("Form"),
    "hours": N_("Office hours"),
    "targets": N_("Response times"),
    "mailboxes": N_("Mailboxes"),
    "reply_mail": N_("Replies by mail"),
    "widget": N_("Website widget"),
    "shop": N_("Name of the shop"),
    "brands": N_("Brands"),
    "people": N_("Members"),
    "providers": N_("Sign-in providers"),
    "reports": N_("Reports"),
    "outcomes": N_("Outcomes"),
    "phrases": N_("Canned replies"),
    "rules": N_("Rules"),
    "reminders": N_("Reminders"),
    "rota": N_("On duty"),
    "sign_in": N_("Signing in"),
    "rotation": N_("Renewal of secrets"),
    "retention": N_("How long messages are kept"),
    "contacts": N_("Who sees contact data"),
}
PATH = " › "
ENOUGH = 200
"""Characters of a value that are shown."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EMPTY = N_("nothing")
ANOTHER = N_("another secret; it is not kept")
WAS = {
    "added": N_("new: {value}"),
    "removed": N_("removed: {value}"),
    "set": N_("set to {value}"),
    "unset": N_("as it is at first; was {value}"),
    "moved": N_("now in the order {value}"),
    "changed": N_("{before} → {after}"),
}
YES, NO = N_("yes"), N_("no")
KEYS = {
    "name": N_("Name"),
    "slug": N_("Address"),
    "locale": N_("Language"),
    "title": N_("Title"),
    "text": N_("Text"),
    "enabled": N_("On"),
    "grace_days": N_("Days to set up a second factor"),
    "passkeys": N_("A passkey is enough"),
    "device_days": N_("Days for which a browser is remembered"),
    "mail_reset": N_("A link by mail for a lost password"),
    "handled": N_("Handled messages"),
    "pending": N_("Messages that nobody has handled"),
    "spam": N_("Spam"),
    "trash": N_("The trash"),
    "days": N_("Days until they are erased"),
    "by_visitors": N_("When visitors erase their message"),
    "how": N_("What becomes of handled messages"),
    "secret_days": N_("Days until secrets are to be renewed"),
    "password_days": N_("Days until passwords are to be changed"),
    "priority": N_("Priority"),
    "template": N_("Template"),
    "fallback_for": N_("Stands in for"),
    "fallback_after_seconds": N_("Seconds until it stands in"),
    "quiet_hours": N_("Quiet hours"),
    "one_tap": N_("Links in notices that act at once"),
    "only_high": N_("High priority only"),
    "shows": N_("What its notices say"),
    "rate_limit_total_per_minute": N_("Notices over all channels"),
    "dedup_window_seconds": N_("Seconds in which the same text is told once"),
    "confirm_channel": N_("Confirmation to visitors by"),
    "fields": N_("Fields"),
    "groups": N_("Rules"),
    "proof_of_work": N_("Check for robots"),
    "kind": N_("Kind"),
    "hint": N_("Hint"),
    "error": N_("What to say about a fault"),
    "required": N_("Required"),
    "min_length": N_("Shortest"),
    "max_length": N_("Longest"),
    "takes": N_("What may be sent"),
    "max_files": N_("Files at most"),
    "max_mb": N_("MB of each at most"),
    "least": N_("At least"),
    "most": N_("At most"),
    "at_least": N_("At least"),
    "preset": N_("What is expected"),
    "pattern": N_("Pattern"),
    "choices": N_("Choices"),
    "group": N_("Rule"),
    "prefill": N_("Filled in from"),
    "link": N_("Address of the whole text"),
    "in_notice": N_("In notices"),
    "in_list": N_("In the list"),
    "personal": N_("Personal data"),
    "value": N_("Value"),
    "texts": N_("Text"),
    "rule": N_("Counts as online"),
    "timezone": N_("Time zone"),
    "weekly": N_("Week"),
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
    "holidays": N_("Holidays"),
    "makeup_days": N_("Make-up days"),
    "calendar_until": N_("Holidays are listed until"),
    "minutes": N_("Minutes"),
    "categories": N_("Categories"),
    "category": N_("Category"),
    "visitors": N_("What visitors read"),
    "embedding": N_("Who may show the form"),
    "hosts": N_("Sites"),
    "labels": N_("Button"),
    "side": N_("Side"),
    "accent": N_("Colour"),
    "theme": N_("Theme"),
    "show": N_("Show the button"),
    "online": N_("While somebody is online"),
    "chat_link": N_("Address of your chat"),
    "phone": N_("Phone"),
    "email": N_("Email"),
    "wechat": N_("WeChat ID"),
    "context": N_("Names that a page may send along"),
    "outcomes": N_("Outcomes"),
    "reasons": N_("Reasons"),
    "retired": N_("Not offered any more"),
    "mode": N_("Which of the matching rules count"),
    "rules": N_("Rules"),
    "when": N_("For which messages"),
    "words": N_("Words"),
    "sites": N_("Sites"),
    "answers": N_("Answers"),
    "hours": N_("When it was left"),
    "verified": N_("Who wrote it"),
    "languages": N_("Languages"),
    "then": N_("What happens"),
    "assignee": N_("Assigned to"),
    "assign_next": N_("Assigned in turn to"),
    "agents": N_("Colleagues"),
    "tags": N_("Tags"),
    "channels": N_("Channels"),
    "quiet": N_("Nobody is told"),
    "steps": N_("Steps"),
    "after_minutes": N_("After minutes"),
    "channel": N_("Channel"),
    "from": N_("From"),
    "to": N_("To"),
    "label": N_("Label"),
    "brands": N_("Brands"),
    "back_after_minutes": N_("Given back after minutes"),
    "warn": N_("Who is told when it is missed too often"),
    "every": N_("How often"),
    "weekday": N_("Day of the week"),
    "at": N_("At"),
    "skip_empty": N_("Not when nothing came and nothing waits"),
    "skip_closed": N_("Not on days without office hours"),
    "on": N_("On"),
    "answer_to": N_("Answers go to"),
    "plus": N_("A mark of the message in that address"),
    "host": N_("IMAP server"),
    "port": N_("Port"),
    "tls": N_("Kind of encryption"),
    "user": N_("User name"),
    "address": N_("Address that people write to"),
    "folder": N_("Folder"),
    "source": N_("What answers nothing of ours becomes a new message"),
    "trusted": N_("Server that checks senders"),
    "move_to": N_("Fetched mail goes to the folder"),
    "secret": N_("Password or authorisation code"),
    "opening": N_("Beginning"),
    "signature": N_("Signature"),
    "language": N_("Language"),
    "brand": N_("Brand"),
    "priorities": N_("Priorities"),
    "mention": N_("Mentions"),
    "shifts": N_("Shifts"),
    "weekdays": N_("Days of the week"),
    "start": N_("From"),
    "end": N_("Until"),
    "since": N_("Turns begin in the week of"),
    "backups": N_("After them"),
    "swaps": N_("Single days"),
    "day": N_("Day"),
    "agent": N_("Person on duty"),
    "instead_of": N_("instead of"),
    "mention_new": N_("Notices of new messages mention who is on duty"),
    "outside_office_hours": N_("Outside of office hours"),
}
"""What a key of the configuration is called, but for what the form of a channel calls it."""
VALUES: dict[str, Mapping[str, str]] = {
    "priority": rule_words.PRIORITIES,
    "mode": rule_words.MODES,
    "hours": rule_words.HOURS,
    "verified": rule_words.VERIFIED,
    "rule": choice_words.RULES,
    "kind": form_words.KINDS,
    "takes": FAMILY_NAMES,
    "preset": form_words.PRESETS,
    "side": dict(choice_words.SIDES),
    "theme": dict(choice_words.THEMES),
    "show": dict(choice_words.SHOW),
    "online": dict(choice_words.ONLINE),
    "embedding": {"listed": N_("Only these sites"), "any": N_("Any site")},
    "key": OUTCOMES,
    "visitors": {
        "time": N_("By when they are answered"),
        "kept": N_("What was kept lately"),
        "nothing": N_("Nothing"),
    },
    "every": {"day": N_("Every day"), "week": N_("Every week")},
    "weekday": {str(number): KEYS[day] for number, day in enumerate(DAYS)},
    "mention": {"duty": N_("Who is on duty"), "next": N_("The next on duty")},
    "channel": {"assignee": N_("Whoever it is assigned to")},
}


class Line(msgspec.Struct, frozen=True):
    """What differs: `where`, and how."""

    where: str
    how: str


def lines(locale: str, found: Iterable[Difference]) -> list[Line]:
    return [Line(_where(locale, each.path), _how(locale, each)) for each in found]


def _where(locale: str, path: tuple[str, ...]) -> str:
    """Without the part itself, unless that is all of it."""
    part, *rest = path
    if not rest:
        return words.say(locale, PARTS.get(part, part))
    return PATH.join(_called(locale, part, each) for each in rest)


def _called(locale: str, part: str, key: str) -> str:
    if part == "channels" and key in (known := _of_channels()):
        return words.say(locale, known[key])
    if part == "brands" and key in PARTS:
        return words.say(locale, PARTS[key])
    if part == "templates" and key in KINDS:
        return words.say(locale, KINDS[key].label)
    if key in LANGUAGES:
        return LANGUAGES[key]
    return words.say(locale, KEYS.get(key, key))


def _of_channels() -> dict[str, str]:
    found = {name: label for name, label, *_ in LIMIT_FIELDS}
    for kind in KINDS:
        for each in blanks(kind):
            found.setdefault(each.path.rpartition("/")[2], each.label)
    return {**found, "name": KEYS["name"]}


def _how(locale: str, found: Difference) -> str:
    key = found.path[-1]
    if found.change == "changed" and found.before == found.after == SHOWN:
        return words.say(locale, ANOTHER)
    change: str = found.change
    if change in ("added", "removed") and not isinstance(found.before or found.after, Mapping):
        # What is as it is at first is not in a state at all.
        change = "set" if change == "added" else "unset"
    facts = {
        "before": said(locale, found.before, key),
        "after": said(locale, found.after, key),
        "value": said(locale, found.before if found.change == "removed" else found.after, key),
    }
    return words.say(locale, WAS[change], facts)


def said(locale: str, value: Any, key: str = "") -> str:
    """A value as one would say it, cut where it is long."""
    text = " ".join(_said(locale, value, key).split())
    return text if len(text) <= ENOUGH else f"{text[: ENOUGH - 1]}…"


def _said(locale: str, value: Any, key: str) -> str:
    if isinstance(value, bool):
        return words.say(locale, YES if value else NO)
    if value is None or value in ("", [], {}):
        return words.say(locale, EMPTY)
    if isinstance(value, Mapping):
        return _of_object(locale, value)
    if isinstance(value, list | tuple):
        return words.listed(locale, (_said(locale, each, key) for each in value))
    known = VALUES.get(key, {}).get(str(value))
    return words.say(locale, known) if known else str(value)


def _of_object(locale: str, value: Mapping[str, Any]) -> str:
    if set(value) <= set(LANGUAGES):
        return str(value.get(locale) or next(iter(value.values())))
    if {"start", "end"} == set(value):
        return f"{value['start']}–{value['end']}"
    if named := called(value):
        return str(_said(locale, value.get("label") or named, "key"))
    return words.listed(locale, _pairs(locale, value))


def _pairs(locale: str, value: Mapping[str, Any]) -> Iterator[str]:
    for key, each in value.items():
        label = words.say(locale, KEYS.get(key, key))
        yield words.say(
            locale, "{label}: {value}", {"label": label, "value": said(locale, each, key)}
        )
