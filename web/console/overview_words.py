"""The words of the overview, with what every number means."""

from __future__ import annotations

from web.http.words import N_

NOTHING = "–"
COMPARED = N_("{change} against {n} in the time before")
BEFORE = N_("{n} in the time before")
YESTERDAY = N_("{n} yesterday")
OF_MESSAGES = N_("of {n} messages")
P90 = N_("nine of ten within {time}")
IN_OFFICE_HOURS = N_("in office hours {median}, nine of ten {p90}")
KEPT = N_("{n} in time")
LATE = N_("{n} too late")
BROKEN = N_("{n} of {total} messages were not handled in time: more than one in five.")
SOLVED = N_("{n} solved")
UNSOLVED = N_("{n} not solved")
SENT = N_("{n} delivered")
FAILED = N_("{n} failed")
NONE = N_("none")
NOBODY = N_("Nobody")
OLDER = N_("{day} and before")

TILES = {
    "today": (
        N_("New today"),
        N_("What was left since midnight, without spam, repeats and the trash."),
    ),
    "pending": (N_("Waiting"), N_("What waits to be handled now. Snoozed messages do not count.")),
    "overdue": (
        N_("Overdue"),
        N_("What waits now although the time for it has passed. Snoozed messages do not count."),
    ),
    "new": (
        N_("New"),
        N_("What was left in these days, without spam, repeats and the trash."),
    ),
    "handled": (
        N_("Handled"),
        N_("What was handled in these days, whenever it was left, and is not open again."),
    ),
    "wait": (
        N_("First handled after"),
        N_(
            "Of what was left in these days and was handled since: half was handled for the first"
            " time within this time. Times above 100 minutes are rounded, by 2.5 % at most."
            " Office hours are those that were set at the time."
        ),
    ),
    "kept": (
        N_("Handled on time"),
        N_(
            "Of what was left in these days and has a target: how much was handled for the first"
            " time within it, counted in office hours. What is still within its time does not"
            " count yet. The target is the one that was set when the message was left."
        ),
    ),
    "solved": (
        N_("Solved"),
        N_("Of what was left in these days: what its visitors said on the page of their message."),
    ),
    "notices": (
        N_("Notices delivered"),
        N_(
            "Of the notices that were due in these days and are over: how many were accepted by"
            " the platform. What was called off in time does not count."
        ),
    ),
}

STEPS = {
    "shown": N_("Button shown"),
    "opened": N_("Form opened"),
    "begun": N_("Begun to write"),
    "sent": N_("Sent"),
    "refused": N_("Refused"),
}
NEW, HANDLED = N_("New"), N_("Handled")
IS_SOLVED, IS_NOT_SOLVED = N_("Solved"), N_("Not solved")
TABLES = {
    "days": (
        N_("New and handled"),
        [N_("Day"), NEW, HANDLED],
        N_("By the day on which it was left, and by the day on which it was handled."),
    ),
    "hours": (
        N_("When they come"),
        [N_("Hour")],
        N_("What was left in these days, by the clock of your time zone."),
    ),
    "categories": (
        N_("Categories"),
        [N_("Category"), NEW, N_("of these handled"), IS_SOLVED, IS_NOT_SOLVED],
        N_(
            "What was left in these days, by the category that it has now, and what its visitors"
            " said on the page of their message."
        ),
    ),
    "kept": (
        N_("In time, by category"),
        [N_("Category"), N_("Target"), N_("In time"), N_("Late"), N_("Share")],
        N_(
            "Of what was left in these days and had a target then, by the category that it has now."
            " The target is the one of today."
        ),
    ),
    "sites": (
        N_("Sites"),
        [N_("Site"), NEW, N_("of these handled")],
        N_("What was left in these days, by the site that the form stood on."),
    ),
    "brands": (
        N_("Brands"),
        [N_("Brand"), NEW, N_("of these handled")],
        N_("What was left in these days, by the brand that it was left at."),
    ),
    "form": (
        N_("The form"),
        [N_("Step"), N_("Times")],
        N_(
            "Counted without anything about the visitors. Shown: pages that loaded the button."
            " Opened: the form was on a screen. Begun: somebody typed. Sent: a message was stored"
            " that is no spam. Refused: tries that were not taken; the same person may have got"
            " through after that. The last seconds before a sudden end of the server are missing."
        ),
    ),
    "people": (
        N_("People"),
        [N_("Handled by"), HANDLED, IS_SOLVED, IS_NOT_SOLVED],
        N_(
            "What was handled in these days and is not open again, by who handled it last. Of what"
            " was left in these days: what its visitors said on the page of their message."
        ),
    ),
    "ages": (
        N_("How long it waits"),
        [N_("Left on"), N_("Waiting")],
        N_("What waits now, by the day on which it was left. Snoozed messages do not count."),
    ),
}
