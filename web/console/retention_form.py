"""How long messages are kept, as the values of a form, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from app.erasure.retention import STATUSES, Retention
from app.reading.categories import OWN_MAX
from web.console.filled import whole_number

ONCE = (*STATUSES, "how", "addresses", "addresses_days", "by_visitors")
"""Inputs that are there once."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One category. `is_known`: the form offers it."""

    at: str
    category: str
    days: str
    is_known: bool = True


def values_of(kept: Retention) -> dict[str, str]:
    """Of the inputs that are there once; empty keeps them."""
    values = {each: getattr(kept, each) for each in ONCE}
    return {each: "" if value is None else str(value) for each, value in values.items()}


def rows_of(kept: Retention, known: Iterable[str]) -> list[Row]:
    """The form's categories, then others that have days of their own."""
    own = {each.category: "0" if each.days is None else str(each.days) for each in kept.categories}
    offered = [name for name in known if name]
    names = list(dict.fromkeys([*offered, *own]))
    return [
        Row(at=f"own-{n}", category=name, days=own.get(name, ""), is_known=name in offered)
        for n, name in enumerate(names[:OWN_MAX])
    ]


def typed_rows(form: Mapping[str, str], known: Iterable[str]) -> list[Row]:
    """As they were typed, to be shown again."""
    offered = set(known)
    return [
        Row(
            at=at,
            category=form[f"{at}-category"],
            days=form.get(f"{at}-days", ""),
            is_known=form[f"{at}-category"] in offered,
        )
        for at in _places(form)
    ]


def raw(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The JSON that the form means, and the input for each pointer into it. 0 keeps them for ever;
    an empty row has none of its own."""
    own: list[dict[str, Any]] = []
    inputs = {f"/{name}": name for name in ONCE}
    for at in _places(form):
        if not form.get(f"{at}-days", "").strip():
            continue
        place = f"/categories/{len(own)}"
        inputs[f"{place}/days"] = inputs[f"{place}/category"] = f"{at}-days"
        own.append({"category": form[f"{at}-category"], "days": _days(form[f"{at}-days"])})
    days: dict[str, Any] = {each: _days(form.get(each, "")) for each in STATUSES}
    return {
        **days,
        "how": form.get("how", "erase"),
        "categories": own,
        "addresses": form.get("addresses", "full"),
        "addresses_days": _days(form.get("addresses_days", "")),
        "by_visitors": form.get("by_visitors", "erase"),
    }, inputs


def _places(form: Mapping[str, str]) -> list[str]:
    names = (f"own-{n}" for n in range(OWN_MAX))
    return [at for at in names if f"{at}-category" in form]


def _days(text: str) -> int | str | None:
    """None for nothing and 0; what is no number stays as it is, which no retention may be."""
    return whole_number(text) or None
