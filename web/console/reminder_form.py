"""The chains of reminders as the values of a form, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.rules.chains import STEPS_MAX
from app.rules.reminders import CHAINS_MAX, Reminders
from web.console.filled import SEPARATORS, whole_number

STEPS = 3
"""Offered at least; a chain of a program may have more."""


PRIORITIES = ("high", "normal", "low")
Fields = tuple[str, str, str, str]
"""Of a step: its name, after how many minutes, which channel, whom it mentions."""
EMPTY: Fields = ("", "", "", "")


def rows_of(reminders: Reminders) -> list[dict[str, Any]]:
    """The chains, and an empty one below them: {"categories", "priorities", "steps"}."""
    rows = [
        {
            "categories": ", ".join(chain.categories),
            "priorities": chain.priorities,
            "steps": _filled(
                [(s.name, str(s.after_minutes), s.channel, s.mention) for s in chain.steps]
            ),
        }
        for chain in reminders.chains
    ]
    return [*rows, {"categories": "", "priorities": [], "steps": _filled([])}][:CHAINS_MAX]


def typed_rows(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The chains as they were typed, to be shown again."""
    return [
        {
            "categories": form.get(f"{at}-categories", ""),
            "priorities": _priorities(form, at),
            "steps": _filled([fields for _, fields in _steps(form, at)]),
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
        for number, (name, after, channel, mention) in _steps(form, at):
            if not after and not channel:
                continue
            place = f"/chains/{len(chains)}/steps/{len(steps)}"
            inputs[f"{place}/after_minutes"] = f"{at}-{number}-after"
            inputs |= {
                f"{place}/{each}": f"{at}-{number}-{each}"
                for each in ("name", "channel", "mention")
            }
            minutes = whole_number(after)
            said = {"name": name, "channel": channel, "mention": mention}
            steps.append({"after_minutes": 0 if minutes is None else minutes, **said})
        named = [each.strip() for each in SEPARATORS.split(form.get(f"{at}-categories", ""))]
        if steps:
            about = {"categories": list(filter(None, named)), "priorities": _priorities(form, at)}
            chains.append({**about, "steps": steps})
    return {"chains": chains}, inputs


def _chains(form: Mapping[str, str]) -> list[str]:
    names = (f"chain-{n}" for n in range(CHAINS_MAX))
    return [at for at in names if f"{at}-0-after" in form]


def _priorities(form: Mapping[str, str], at: str) -> list[str]:
    return [each for each in PRIORITIES if form.get(f"{at}-{each}") == "yes"]


def _steps(form: Mapping[str, str], at: str) -> list[tuple[int, Fields]]:
    def said(n: int, name: str) -> str:
        return form.get(f"{at}-{n}-{name}", "").strip()

    return [
        (n, (said(n, "name"), said(n, "after"), said(n, "channel"), said(n, "mention")))
        for n in range(STEPS_MAX)
        if f"{at}-{n}-after" in form
    ]


def _filled(steps: list[Fields]) -> list[Fields]:
    return [*steps, *[EMPTY] * (STEPS - len(steps))]
