"""An admin's changes to the draft: each is one function from form to form."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from app import database
from app.brands.owner import organization_of
from app.catalogue import N_, in_all
from app.errors import Conflict, Invalid, NotFound
from app.fields import rules, versions
from app.fields.builtin import CONTACT, built_in
from app.fields.shape import Field, Form, Group, Kind, Texts
from app.files.families import USUAL
from app.people import audit

LABELS: dict[Kind, str] = {
    "text": N_("Text"),
    "textarea": N_("More about it"),
    "radio": N_("Choose one"),
    "select": N_("Choose one"),
    "checkboxes": N_("Choose any"),
    "phone": N_("Phone"),
    "email": N_("Email"),
    "wechat": N_("WeChat ID"),
    "number": N_("Quantity"),
    "date": N_("Date"),
    "url": N_("Web address"),
    "hidden": N_("Context"),
    "consent": N_("I agree that these details are processed as the privacy notice says"),
    "files": N_("Pictures"),
}
REACHING = frozenset({"phone", "email", "wechat"})


async def add(brand: uuid.UUID, kind: Kind, *, by: str) -> str:
    """Adds a field at the end, before hidden fields and consents, and returns its key."""
    taken = await versions.used(await organization_of(brand))
    made: list[str] = []

    def change(form: Form) -> Form:
        key = _free_key(kind, {*taken, *(field.key for field in form.fields)})
        if kind in REACHING and form.field(kind) is None:
            key = kind
        if kind == "files" and form.files is not None:
            # Two could not be published, and what was written into the second would be lost.
            raise Invalid.at("", "too_many", rules.ONE_FOR_FILES)
        made.append(key)
        return _with(form, new_field(kind, key, form))

    await _edit(brand, change, by, "form.field_added", kind)
    return made[-1]


async def restore(brand: uuid.UUID, key: str, *, by: str) -> None:
    """Puts a removed field of the built-in form back. Raises NotFound."""
    field = built_in().field(key)
    if field is None:
        raise NotFound

    def change(form: Form) -> Form:
        if form.field(key) is not None:
            return form
        group = field.group if form.group(field.group) else ""
        return _with(form, msgspec.structs.replace(field, group=group))

    await _edit(brand, change, by, "form.field_added", key)


async def save(brand: uuid.UUID, key: str, field: Field, *, by: str, seen: str = "") -> None:
    """Replaces the field with this key. Raises Invalid with every fault, and Conflict when its mark
    is no longer `seen`."""
    known = await versions.used(await organization_of(brand))

    def change(form: Form) -> Form:
        before = _existing(form, key)
        versions.expect(before, seen)
        _check_key(form, before, field, known)
        if field.group != before.group and field.group and form.group(field.group) is None:
            raise Invalid.at("/group", "not_a_choice", "Choose one of those that are offered")
        rules.check_field(field)
        return _fields(form, [field if each.key == key else each for each in form.fields])

    await _edit(brand, change, by, "form.field_changed", field.key)


async def remove(brand: uuid.UUID, key: str, *, by: str) -> None:
    def change(form: Form) -> Form:
        _existing(form, key)
        if key == "content":
            raise Conflict("content_needed", "The form needs the message itself")
        return _fields(form, [each for each in form.fields if each.key != key])

    await _edit(brand, change, by, "form.field_removed", key)


async def move(brand: uuid.UUID, key: str, step: int, *, by: str) -> None:
    """Up by one with -1, down by one with 1; at the end nothing happens."""

    def change(form: Form) -> Form:
        fields = list(form.fields)
        place = fields.index(_existing(form, key))
        other = place + step
        if 0 <= other < len(fields):
            fields[place], fields[other] = fields[other], fields[place]
        return _fields(form, fields)

    await _edit(brand, change, by, "form.reordered", key)


async def order(brand: uuid.UUID, keys: list[str], *, by: str) -> None:
    """Orders the fields by `keys`; those left out follow at the end."""

    def change(form: Form) -> Form:
        places = {key: place for place, key in enumerate(keys)}
        ranked = sorted(form.fields, key=lambda field: places.get(field.key, len(places)))
        return _fields(form, ranked)

    await _edit(brand, change, by, "form.reordered")


async def set_groups(
    brand: uuid.UUID,
    groups: list[Group],
    members: Mapping[str, str],
    *,
    by: str,
    seen: str = "",
) -> None:
    """Replaces the form's rules; `members` maps fields to rules. Raises Invalid, and Conflict when
    the rules' mark is no longer `seen`."""

    def change(form: Form) -> Form:
        versions.expect(form.groups, seen)
        _check_groups(groups)
        known = {group.key for group in groups}
        fields = [_grouped(field, members, known) for field in form.fields]
        return msgspec.structs.replace(form, groups=tuple(groups), fields=tuple(fields))

    await _edit(brand, change, by, "form.groups_changed")


def _grouped(field: Field, members: Mapping[str, str], known: set[str]) -> Field:
    wanted = members.get(field.key, field.group)
    return msgspec.structs.replace(field, group=wanted if wanted in known else "")


def _check_groups(groups: list[Group]) -> None:
    if len(groups) > rules.GROUPS_MAX:
        limit = str(rules.GROUPS_MAX)
        raise Invalid.at("/groups", "too_many", "Use at most {limit} rules", limit=limit)
    problems = [fault for group in groups for fault in rules.of_group(group)]
    if problems:
        raise Invalid(problems)


def new_field(kind: Kind, key: str, form: Form) -> Field:
    values: dict[str, Any] = {
        "key": key,
        "kind": kind,
        "label": _free_label(in_all(LABELS[kind]), form),
    }
    if kind in {"radio", "select", "checkboxes"}:
        values["choices"] = rules.samples()
    if kind in REACHING:
        grouped = form.group(CONTACT) is not None
        values |= {"group": CONTACT if grouped else "", "personal": True, "prefill": kind}
    if kind == "consent":
        values |= {"required": True, "in_notice": False}
    if kind == "files":
        values["takes"] = USUAL
    return Field(**values)


def _free_label(usual: Texts, form: Form) -> Texts:
    """The label, with a number after it if another field has it already."""
    taken = [field.label for field in form.fields]
    numbered = (
        {tag: f"{text} {n}" for tag, text in usual.items()} for n in range(2, len(taken) + 3)
    )
    return next(
        label
        for label in (usual, *numbered)
        if not any(rules.same_label(label, other) for other in taken)
    )


def _free_key(kind: str, taken: set[str]) -> str:
    for candidate in (kind, *(f"{kind}{n}" for n in range(2, len(taken) + 3))):
        if candidate not in taken and candidate not in rules.RESERVED:
            return candidate
    raise NotFound


def _with(form: Form, field: Field) -> Form:
    last = {"hidden", "consent"}
    fields = list(form.fields)
    place = len(fields)
    while place and fields[place - 1].kind in last and field.kind not in last:
        place -= 1
    return _fields(form, [*fields[:place], field, *fields[place:]])


def _existing(form: Form, key: str) -> Field:
    field = form.field(key)
    if field is None:
        raise NotFound
    return field


def _check_key(form: Form, before: Field, after: Field, known: Mapping[str, Field]) -> None:
    if after.key == before.key:
        return
    if before.key in known:
        raise Invalid.at(
            "/key", "key_fixed", "This key is in use: messages and programs know it by it"
        )
    if form.field(after.key) is not None:
        raise Invalid.at("/key", "duplicate", "Another field has this key")
    old = known.get(after.key)
    if old is not None and old.kind != after.kind:
        raise Invalid.at("/key", "duplicate", "Messages know this key as another kind of field")


def _fields(form: Form, fields: list[Field]) -> Form:
    return msgspec.structs.replace(form, fields=tuple(fields))


async def _edit(
    brand: uuid.UUID, change: Callable[[Form], Form], by: str, action: str, detail: str = ""
) -> None:
    async with database.transaction():
        await versions.edit(brand, change)
        await audit.record(await organization_of(brand), by, action, brand, detail)
