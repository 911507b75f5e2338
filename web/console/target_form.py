"""The targets as the values of a form, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from app.reading.categories import OWN_MAX
from app.targets.shape import Targets
from web.console.filled import whole_number
from web.http.words import N_

HOUR = 60
UNITS = {"min": N_("Minutes"), "h": N_("Hours")}
OWN = {"": N_("as for all"), **UNITS, "none": N_("no target")}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One category: what is typed, and its unit. `is_known`: the form offers it."""

    at: str
    category: str
    amount: str
    unit: str
    is_known: bool = True


def values_of(targets: Targets) -> dict[str, str]:
    """Of the inputs that are there once."""
    amount, unit = _parts(targets.minutes)
    return {
        "minutes": amount,
        "unit": unit or "h",
        "visitors": targets.visitors,
        "warn": targets.warn or "",
    }


def rows_of(targets: Targets, known: Iterable[str]) -> list[Row]:
    """The form's categories, then others that have a target of their own."""
    own = targets.own()
    offered = [name for name in known if name]
    rows = []
    for name in dict.fromkeys([*offered, *own]):
        amount, unit = _parts(own.get(name))
        if name in own and own[name] is None:
            unit = "none"
        rows.append((name, amount, unit, name in offered))
    return [
        Row(at=f"own-{place}", category=name, amount=amount, unit=unit, is_known=is_known)
        for place, (name, amount, unit, is_known) in enumerate(rows[:OWN_MAX])
    ]


def typed_rows(form: Mapping[str, str], known: Iterable[str]) -> list[Row]:
    """As they were typed, to be shown again."""
    offered = set(known)
    return [
        Row(
            at=at,
            category=form[f"{at}-category"],
            amount=form.get(f"{at}-minutes", ""),
            unit=form.get(f"{at}-unit", ""),
            is_known=form[f"{at}-category"] in offered,
        )
        for at in _places(form)
    ]


def raw(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The JSON that the form means, and the input for each pointer into it."""
    own: list[dict[str, Any]] = []
    inputs = {"/minutes": "minutes", "/warn": "warn", "/visitors": "visitors"}
    for at in _places(form):
        unit = form.get(f"{at}-unit", "")
        if unit not in OWN or not unit:
            continue
        place = f"/categories/{len(own)}"
        inputs[f"{place}/minutes"] = inputs[f"{place}/category"] = f"{at}-minutes"
        minutes = None
        if unit != "none":
            # An empty amount is a fault here: "as for all" says that nothing is meant.
            minutes = _minutes(form.get(f"{at}-minutes", ""), unit) or 0
        own.append({"category": form[f"{at}-category"], "minutes": minutes})
    found: dict[str, Any] = {
        "minutes": _minutes(form.get("minutes", ""), form.get("unit", "")),
        "categories": own,
        "visitors": form.get("visitors", "time"),
        "warn": form.get("warn") or None,
    }
    return found, inputs


def _places(form: Mapping[str, str]) -> list[str]:
    names = (f"own-{n}" for n in range(OWN_MAX))
    return [at for at in names if f"{at}-category" in form]


def _minutes(text: str, unit: str) -> int | None:
    """0 for what is no number, which no target may be."""
    number = whole_number(text)
    if number is None:
        return None
    if isinstance(number, str):
        return 0
    return number * HOUR if unit == "h" else number


def _parts(minutes: int | None) -> tuple[str, str]:
    if minutes is None:
        return "", ""
    hours, rest = divmod(minutes, HOUR)
    return (str(minutes), "min") if rest else (str(hours), "h")
