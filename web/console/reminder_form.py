"""The chains of reminders as the values of a form, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.rules.reminders import CHAINS_MAX, STEPS_MAX, Reminders
from web.console.filled import SEPARATORS, whole_number

STEPS = 3
"""Offered at least; a chain of a program may have more."""


def rows_of(reminders: Reminders) -> list[dict[str, Any]]:
    """The chains, and an empty one below them: {"categories", "steps": [(after, channel)]}."""
    rows = [
        {
            "categories": ", ".join(chain.categories),
            "steps": _filled([(str(s.after_minutes), s.channel) for s in chain.steps]),
        }
        for chain in reminders.chains
    ]
    return [*rows, {"categories": "", "steps": _filled([])}][:CHAINS_MAX]


def typed_rows(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The chains as they were typed, to be shown again."""
    return [
        {
            "categories": form.get(f"{at}-categories", ""),
            "steps": _filled([(after, channel) for _, after, channel in _steps(form, at)]),
        }
        for at in _chains(form)
    ]


def raw(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The JSON that the form means, and the input for each pointer into it. A step without a time
    and a chain without steps are left out."""
    chains: list[dict[str, Any]] = []
    inputs: dict[str, str] = {}
    for at in _chains(form):
        steps: list[dict[str, Any]] = []
        for number, after, channel in _steps(form, at):
            if not after and not channel:
                continue
            place = f"/chains/{len(chains)}/steps/{len(steps)}"
            inputs[f"{place}/after_minutes"] = f"{at}-{number}-after"
            inputs[f"{place}/channel"] = f"{at}-{number}-channel"
            minutes = whole_number(after)
            steps.append({"after_minutes": 0 if minutes is None else minutes, "channel": channel})
        named = [each.strip() for each in SEPARATORS.split(form.get(f"{at}-categories", ""))]
        if steps:
            chains.append({"categories": list(filter(None, named)), "steps": steps})
    return {"chains": chains}, inputs


def _chains(form: Mapping[str, str]) -> list[str]:
    names = (f"chain-{n}" for n in range(CHAINS_MAX))
    return [at for at in names if f"{at}-0-after" in form]


def _steps(form: Mapping[str, str], at: str) -> list[tuple[int, str, str]]:
    return [
        (n, form[f"{at}-{n}-after"].strip(), form.get(f"{at}-{n}-channel", ""))
        for n in range(STEPS_MAX)
        if f"{at}-{n}-after" in form
    ]


def _filled(steps: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*steps, *[("", "")] * (STEPS - len(steps))]
