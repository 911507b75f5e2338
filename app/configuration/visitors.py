"""The parts `form`, `hours` and `widget`: what visitors meet."""

from __future__ import annotations

from typing import Any

import msgspec

from app.configuration.plain import written
from app.errors import Invalid, Problem
from app.fields import rules, versions
from app.fields.shape import Field, Form
from app.messages import guards
from app.people import organizations
from app.presence import change as presence_change
from app.presence import facts
from app.reading import objects
from app.tables import Organization
from app.widget import change as widget_change
from app.widget.setup import Setup, read_now

PROOF, RULE = "proof_of_work", "rule"
HOURS = ("timezone", "weekly", "holidays", "makeup_days", "calendar_until")
LOOK = tuple(name for name in Setup.__struct_fields__ if name != "identity")
LINES = ("hosts", "context")
"""Of the widget, lists that its page has a line each for."""


async def read_form(org: Organization) -> dict[str, Any]:
    form = await versions.published_now(org.id)
    said = written(form, without=("number",))
    return {PROOF: await guards.asks_proof_of_work(org.id), **said}


async def write_form(org: Organization, raw: Any, by: str) -> None:
    """Publishes it. Raises Invalid with every fault, also while a draft waits that somebody has
    begun."""
    said = dict(objects.as_object(raw))
    proof = said.pop(PROOF, None)
    problems: list[Problem] = []
    if not isinstance(proof, bool | None):
        problems.append(Problem(f"/{PROOF}", "wrong_type", objects.MUST_BE["bool"]))
    form = _form(said, problems)
    if form is not None:
        problems += _faults(form, await versions.used(org.id))
    if problems or form is None:
        raise Invalid(problems)
    if proof is not None and proof != await guards.asks_proof_of_work(org.id):
        await guards.ask_proof_of_work(org.id, proof, by=by)
    now = await versions.published_now(org.id)
    if msgspec.structs.replace(now, number=0) == form:
        return
    if await versions.draft(org.id) is not None:
        detail = "Somebody has begun to change the form. Publish that or discard it first"
        raise Invalid.at("", "draft", detail)
    await versions.edit(org.id, lambda _: form)
    await versions.publish(org.id, by=by)


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


async def read_hours(org: Organization) -> dict[str, Any]:
    rule = await facts.rule_of(org.id)
    hours = written(rule.hours(org.timezone))
    hours["timezone"] = rule.hours(org.timezone).timezone
    return {RULE: rule.rule, **hours}


async def write_hours(org: Organization, raw: Any, by: str) -> None:
    """A rule that is left out stays; the hours are all that is listed."""
    said = objects.as_object(raw)
    problems = [objects.unknown(key, (RULE, *HOURS)) for key in said.keys() - {RULE, *HOURS}]
    if problems:
        raise Invalid(problems)
    now = await read_hours(org)
    wanted = {"timezone": now["timezone"], **{key: said[key] for key in HOURS if key in said}}
    await presence_change.set_schedule(org, wanted, by=by)
    if RULE in said:
        await presence_change.set_rule(org.id, said[RULE], by=by)


async def read_widget(org: Organization) -> dict[str, Any]:
    name = (await organizations.by_id(org.id)).name
    return {"name": name, **written(await read_now(org.id), without=("identity",))}


async def write_widget(org: Organization, raw: Any, by: str) -> None:
    """What is left out goes back to how it is at first, but the name. Raises Invalid."""
    said = objects.as_object(raw)
    known = ("name", *LOOK)
    problems = [objects.unknown(key, known) for key in said if key not in known]
    shape = {key: value for key, value in said.items() if key in LOOK}
    problems += objects.faults(shape, Setup)
    if not isinstance(said.get("name", ""), str):
        problems.append(Problem("/name", "wrong_type", objects.MUST_BE["str"]))
    if problems:
        raise Invalid(problems)
    setup = msgspec.convert(shape, Setup)
    form = {name: getattr(setup, name) for name in LOOK if name not in ("labels", *LINES)}
    form |= {name: "\n".join(getattr(setup, name)) for name in LINES}
    form |= {key: setup.labels.get(tag, "") for key, tag in widget_change.LABELS.items()}
    if said.get("name"):
        form["name"] = said["name"]
    await widget_change.save(org.id, form, by=by)
