"""What visitors meet of a brand: `form`, `hours` and `widget`."""

from __future__ import annotations

from typing import Any

import msgspec

from app.brands.shape import Brand
from app.configuration.plain import written
from app.errors import Invalid, Problem
from app.fields import rules, versions
from app.fields.shape import Field, Form
from app.messages import guards
from app.presence import change as presence_change
from app.presence import facts
from app.reading import objects
from app.widget import change as widget_change
from app.widget.setup import Setup, read_now

PROOF, RULE = "proof_of_work", "rule"
HOURS = ("timezone", "weekly", "holidays", "makeup_days", "calendar_until")
LOOK = tuple(name for name in Setup.__struct_fields__ if name != "identity")
LINES = ("hosts", "context")
"""Of the widget, lists that its page has a line each for."""


async def read_form(brand: Brand) -> dict[str, Any]:
    """The first brand's says what holds for the forms of all."""
    said = written(await versions.published_now(brand.id), without=("number",))
    if brand.is_first:
        return {PROOF: await guards.asks_proof_of_work(brand.org.id), **said}
    return said


async def write_form(brand: Brand, raw: Any, by: str) -> None:
    """Publishes it. Raises Invalid with every fault, also while a draft waits that somebody has
    begun."""
    said = dict(objects.as_object(raw))
    proof = said.pop(PROOF, None) if brand.is_first else None
    problems: list[Problem] = []
    if not isinstance(proof, bool | None):
        problems.append(Problem(f"/{PROOF}", "wrong_type", objects.MUST_BE["bool"]))
    form = _form(said, problems)
    if form is not None:
        problems += _faults(form, await versions.used(brand.org.id))
    if problems or form is None:
        raise Invalid(problems)
    if proof is not None and proof != await guards.asks_proof_of_work(brand.org.id):
        await guards.ask_proof_of_work(brand.org.id, proof, by=by)
    now = await versions.published_now(brand.id)
    if msgspec.structs.replace(now, number=0) == form:
        return
    if await versions.draft(brand.id) is not None:
        detail = "Somebody has begun to change the form. Publish that or discard it first"
        raise Invalid.at("", "draft", detail)
    await versions.edit(brand.id, lambda _: form)
    await versions.publish(brand.id, by=by)


def _form(said: dict[str, Any], problems: list[Problem]) -> Form | None:
    found = objects.faults(said, Form)
    found += [objects.unknown("number", ("fields", "groups"))] if "number" in said else []
    problems += found
    return None if found else msgspec.convert(said, Form)


def _faults(form: Form, used: dict[str, Field]) -> list[Problem]:
    """What no page lets through either."""
    problems = rules.problems(form)
    keys = [field.key for field in form.fields]
    groups = {group.key for group in form.groups}
    for place, field in enumerate(form.fields):
        at = objects.pointer("fields", place)
        if keys.index(field.key) != place:
            problems.append(Problem(f"{at}/key", "duplicate", "Another field has this key"))
        old = used.get(field.key)
        if old is not None and old.kind != field.kind:
            detail = "Messages know this key as another kind of field"
            problems.append(Problem(f"{at}/kind", "kind_fixed", detail))
        if field.group and field.group not in groups:
            detail = "Use {known}"
            known = {"known": ", ".join(sorted(groups)) or "-"}
            problems.append(Problem(f"{at}/group", "not_a_choice", detail, known))
    if len(form.groups) > rules.GROUPS_MAX:
        detail = "Use at most {limit} rules"
        problems.append(Problem("/groups", "too_many", detail, {"limit": str(rules.GROUPS_MAX)}))
    return problems


async def read_hours(brand: Brand) -> dict[str, Any]:
    rule = await facts.rule_of(brand.id)
    schedule = rule.hours(brand.org.timezone)
    hours = {**written(schedule), "timezone": schedule.timezone}
    return {RULE: rule.rule, **hours}


async def write_hours(brand: Brand, raw: Any, by: str) -> None:
    """A rule that is left out stays; the hours are all that is listed."""
    said = objects.as_object(raw)
    problems = [objects.unknown(key, (RULE, *HOURS)) for key in said.keys() - {RULE, *HOURS}]
    if problems:
        raise Invalid(problems)
    now = await read_hours(brand)
    wanted = {"timezone": now["timezone"], **{key: said[key] for key in HOURS if key in said}}
    await presence_change.set_schedule(brand.org, wanted, by=by, brand=brand.id)
    if RULE in said:
        await presence_change.set_rule(brand.id, said[RULE], by=by)


async def read_widget(brand: Brand) -> dict[str, Any]:
    return written(await read_now(brand.id), without=("identity",))


async def write_widget(brand: Brand, raw: Any, by: str) -> None:
    """What is left out goes back to how it is at first. Raises Invalid."""
    said = objects.as_object(raw)
    problems = [objects.unknown(key, LOOK) for key in said if key not in LOOK]
    shape = {key: value for key, value in said.items() if key in LOOK}
    problems += objects.faults(shape, Setup)
    if problems:
        raise Invalid(problems)
    setup = msgspec.convert(shape, Setup)
    form = {name: getattr(setup, name) for name in LOOK if name not in ("labels", *LINES)}
    form |= {name: "\n".join(getattr(setup, name)) for name in LINES}
    form |= {key: setup.labels.get(tag, "") for key, tag in widget_change.LABELS.items()}
    await widget_change.save(brand.id, form, by=by)
