"""Words for deliveries: what they wait for, and why they ended."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app.channels.kinds import KINDS, Lost
from app.deliveries.logged import Logged
from app.deliveries.recalls import Recalled
from app.deliveries.tries import Reached
from web.http import moments, words
from web.http.words import N_

STATES = {
    "pending": N_("waiting"),
    "sending": N_("on its way"),
    "sent": N_("delivered"),
    "failed": N_("failed"),
    "cancelled": N_("not sent"),
}
SIGNS = {
    "pending": "clock",
    "sending": "send",
    "sent": "circle-check",
    "failed": "circle-x",
    "cancelled": "ban",
}
TRIED = {
    "ok": N_("accepted"),
    "retry": N_("not accepted, tried again later"),
    "rate_limited": N_("too fast for the platform"),
    "unknown": N_("no clear answer, it may have arrived"),
    "permanent_content": N_("the content was refused"),
    "permanent_config": N_("the settings were refused"),
    "returned": N_("accepted, and came back later"),
    "gone": N_("the robot or address no longer exists"),
}
PURPOSES = {
    "repeat": N_("Repeat"),
    "reminder": N_("Reminder"),
    "fallback": N_("Stand-in"),
    "alert": N_("Alert"),
    "flood": N_("Set aside in a flood"),
    "confirm": N_("To the visitor"),
    "reply": N_("Reply to the visitor"),
    "assigned": N_("Assigned"),
    "mention": N_("Mention"),
    "event": N_("Event"),
    "report": N_("Report"),
    "target": N_("Targets missed"),
}
REASONS = {
    "tries_used_up": N_("Given up after many tries."),
    "returned": N_("It was mailed, and came back."),
    "outcome_unknown": N_("It was sent, but nobody confirmed it. It may have arrived."),
    "replay": N_("Sent once more by hand."),
    "replay_stopped": N_("Sending it once more was stopped."),
    "confirmations_off": N_("Not sent: confirmations were switched off."),
    "replies_off": N_("Not sent: replies by mail were switched off."),
    "trash": N_("Not sent: the message was moved to the trash."),
    "quiet": N_("It waited for the end of the channel's quiet hours."),
    "claimed": N_("Not sent: somebody takes care of the message."),
    "not_needed": N_("Not sent: the first channel got through."),
    "handled": N_("Not sent: the message was handled before."),
    "spam": N_("Not sent: the message was marked as spam."),
    "agent_off": N_("Not sent: the account is disabled or may only look."),
    "mail_off": N_("Not sent: they want no such mail."),
    "seen": N_("Not sent: they had opened the message before."),
    "taken_back": N_("Not sent: it was taken back before."),
    "channel_off": N_("Not sent: the channel was switched off."),
    "channel_archived": N_("Not sent: the channel was removed."),
}
SECONDS_TOLD = 120
"""Shorter waits are told in seconds."""
WAITS = {
    "time": N_("to be sent {when}"),
    "quiet": N_("the channel has quiet hours, to be sent {when}"),
    "retry": N_("tried again {when}"),
    "pause": N_("the channel rests, it goes on {when}"),
    "mending": N_("the channel does not work; it is sent when somebody mends it"),
    "place": N_("over the limit, a place comes free {when}"),
    "answer": N_("waits for the answer"),
}
NO_MOMENT = {"place": N_("waits for a free place")}
LOG_PURPOSES = {"more": N_("Addition"), **PURPOSES, "test": N_("A test")}


def table(locale: str) -> dict[str, Any]:
    """The words for deliveries that templates need."""
    return {
        "state_of": state_of,
        "signs": SIGNS,
        "states": _all(locale, STATES),
        "outcome_words": _all(locale, TRIED),
        "purposes": _all(locale, LOG_PURPOSES),
        "reasons": _all(locale, REASONS),
        "kind_names": kind_names(locale),
    }


def kind_names(locale: str) -> Mapping[str, str]:
    """Of channels, also of one whose kind is not here any more, or not yet."""
    known = {kind: words.say(locale, sender.label) for kind, sender in KINDS.items()}
    return defaultdict(lambda: words.say(locale, Lost.label), known)


def state_of(row: Logged) -> str:
    """The state to show: between two tries it is "pending"."""
    between = row.state == "sending" and row.waits_for not in ("answer", "")
    return "pending" if between else row.state


def waiting(locale: str, zone: str, row: Logged, now: dt.datetime) -> str:
    """What it waits for, in words; empty when it does not wait."""
    if row.next_at is None and row.waits_for in NO_MOMENT:
        return words.say(locale, NO_MOMENT[row.waits_for])
    if row.waits_for not in WAITS:
        return ""
    when = _when(locale, zone, row.next_at, now) if row.next_at else ""
    return words.say(locale, WAITS[row.waits_for], {"when": when})


RECIPIENTS = {
    "party": N_("Department {id}"),
    "tag": N_("Tag {id}"),
}
EVERYBODY = N_("Everybody in the app's visible range")
GOT = {
    "accepted": N_("accepted"),
    "invalid": N_("not reached: unknown, or outside of the app's visible range"),
    "unlicensed": N_("not reached: without a licence for messages of apps"),
}
WITHDRAWN = {
    "pending": N_("The message is done with; the notice is withdrawn within a minute."),
    "done": N_("The notice was withdrawn."),
}


class Got(msgspec.Struct, frozen=True):
    """Whether one recipient got it, in words; `reason` is what the receiver said itself."""

    who: str
    ok: bool
    said: str
    reason: str = ""


def recipients(locale: str, found: Sequence[Reached]) -> list[Got]:
    return [_got(locale, each) for each in found]


def _got(locale: str, one: Reached) -> Got:
    what, _, uid = one.who.partition(":")
    who = one.who if what not in ("user", *RECIPIENTS) else uid
    if what in RECIPIENTS:
        who = words.say(locale, RECIPIENTS[what], {"id": uid})
    if one.who == "user:@all":
        who = words.say(locale, EVERYBODY)
    ok = one.state == "accepted"
    said = GOT.get("accepted" if ok else one.why, N_("refused"))
    return Got(who, ok, words.say(locale, said), "" if ok or one.why in GOT else one.why)


def withdrawn(locale: str, one: Recalled) -> str:
    """Whether a notice was withdrawn, in words."""
    if one.hint and one.state != "done":
        return words.say(locale, one.hint, one.told())
    return words.say(locale, WITHDRAWN.get(one.state, N_("The notice could not be withdrawn.")))


def _when(locale: str, zone: str, moment: dt.datetime, now: dt.datetime) -> str:
    seconds = max(1, round((moment - now).total_seconds()))
    if seconds <= SECONDS_TOLD:
        return words.say(locale, N_("in {n} s"), {"n": seconds})
    time = moments.coming(locale, zone, moment, now)
    return words.say(locale, N_("at {time}"), {"time": time})


def _all(locale: str, texts: dict[str, str]) -> dict[str, str]:
    return {name: words.say(locale, text) for name, text in texts.items()}
