"""The faults of a channel's form, each at its field."""

from __future__ import annotations

from typing import Any

from app.channels.kinds import KINDS
from app.errors import Invalid, Problem
from web.console.blanks import blanks
from web.http import words
from web.http.render import ident

COMMON = (
    *("name", "priority", "rate_limit_per_minute", "template"),
    *("fallback_for", "fallback_after_seconds"),
    *("one_tap", "only_high", "shows"),
    *("quiet_hours/from", "quiet_hours/to", "quiet_hours/outside_office_hours"),
)


def faultless(kind: str) -> dict[str, Any]:
    return {"paths": [*COMMON, *(blank.path for blank in blanks(kind))], "faults": {}}


def faults_of(locale: str, kind: str, error: Invalid | None) -> dict[str, Any]:
    faults: dict[str, str] = {}
    problems = []
    for problem in error.problems if error else []:
        path = blank_of(kind, problem.pointer)
        facts = {**problem.facts, **_named(locale, problem)}
        sentence = words.say(locale, problem.detail, facts)
        # One for each field: the others mostly follow from it.
        if path not in faults or not path:
            problems.append((ident(path), sentence))
        faults.setdefault(path, sentence)
    return {"faults": faults, "problems": problems}


def blank_of(kind: str, pointer: str) -> str:
    """The field of the form that a place in the JSON belongs to; empty when there is none."""
    place = pointer.removeprefix("/")
    paths = [*COMMON, *(blank.path for blank in blanks(kind))]
    inside = (path for path in paths if place == path or place.startswith(f"{path}/"))
    around = (path for path in paths if place and path.startswith(f"{place}/"))
    return next(inside, next(around, ""))


def _named(locale: str, problem: Problem) -> dict[str, str]:
    """The label of the kind in an "other_kind" problem."""
    if problem.code != "other_kind":
        return {}
    return {"kind": words.say(locale, KINDS[problem.facts["kind"]].label)}


def other_kind(locale: str, error: Invalid | None) -> dict[str, str]:
    """The other platform that the address belongs to, for the template; empty without one."""
    found = (
        (each.facts["kind"] for each in error.problems if each.code == "other_kind")
        if error
        else ()
    )
    kind = next(iter(found), "")
    return {"other_kind": kind, "other_words": words.say(locale, KINDS[kind].label) if kind else ""}


def sentences(locale: str, error: Invalid | None, names: dict[str, str]) -> list[tuple[str, str]]:
    """(field, sentence) for every fault; `names` says what a field is called in the form."""
    found = []
    for problem in error.problems if error else []:
        name = problem.pointer.removeprefix("/")
        found.append((names.get(name, name), words.say(locale, problem.detail, problem.facts)))
    return found
