"""A form's fields as a visitor's page shows them, and what the page sends as answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app.errors import Problem
from app.fields import CONTACT, Field, Form, Group
from app.files import families
from app.files.families import FAMILY_NAMES
from app.languages import said
from app.text import without_controls
from web.http import words
from web.http.words import N_

PREFIX = "f-"
TYPES = {"phone": "tel", "email": "email", "url": "url", "date": "date", "hidden": "hidden"}
KEYBOARDS = {"phone": "tel", "email": "email", "url": "url", "number": "decimal"}
COMPLETED = {"phone": "tel", "email": "email", "url": "url", "wechat": "off", "number": "off"}
PLAIN = frozenset({"email", "wechat", "url"})
# Kept for a second message from the same tab: the contact is the same.
REACHED = frozenset({"phone", "email", "wechat"})
ROWS = {"content": "5"}
BESIDE = (["category", "name"], ["name", "category"])
CHOOSE = N_("Choose one")
TERMS = N_("{families}: at most {number}, each up to {mb} MB.")
ONE = N_("(fill in at least one)")
SEVERAL = N_("(fill in at least {n})")
# `question` removes them from the text, where nobody could see them.
CONTROLS = N_(
    "Control characters were in the text. They cannot be stored and are taken out now. "
    "Look it over and send it again"
)


class Option(msgspec.Struct, frozen=True):
    name: str
    value: str
    text: str
    chosen: bool


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is the input's name and id; for several boxes, the prefix of their names."""

    name: str
    kind: str
    type: str
    label: str
    hint: str
    fault: str
    value: str
    optional: bool
    options: tuple[Option, ...]
    more: dict[str, str]
    link: str
    terms: str = ""
    """Which files are taken, `most` of them, up to `mb` MB each."""
    most: int = 0
    mb: int = 0


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Questions that stand together. Without an `id` it is a single one."""

    id: str = ""
    label: str = ""
    rule: str = ""
    fault: str = ""
    questions: list[Question]


def name_of(field: Field) -> str:
    return field.key if field.is_system else PREFIX + field.key


def raw(form: Form, values: Mapping[str, str]) -> dict[str, Any]:
    """The sent values in the shape that app.fields.check takes."""
    system = {field.key: given(field, values) for field in form.fields if field.is_system}
    return {**system, "fields": {field.key: given(field, values) for field in form.own}}


def given(field: Field, values: Mapping[str, str]) -> Any:
    name = name_of(field)
    if field.kind == "checkboxes":
        places = range(len(field.choices))
        return [values[f"{name}-{n}"] for n in places if values.get(f"{name}-{n}")]
    # A page from before the update sends the WeChat id as a field of the organization's own.
    return values.get(name, values.get(PREFIX + name) if name == "wechat" else None)


def blocks(
    form: Form, values: Mapping[str, str], faults: Mapping[str, str], locale: str
) -> list[Block]:
    """In the order of the form; a group comes where its first field is. Category and name, which
    are short, share a line."""
    found: list[Block] = []
    done: set[str] = set()
    for field in form.fields:
        group = form.group(field.group)
        if group is None:
            one = question(form, field, values, faults, locale)
            before = found[-1].questions if found else []
            if [each.name for each in before] + [one.name] in BESIDE:
                before.append(one)
            else:
                found.append(Block(questions=[one]))
        elif group.key not in done:
            done.add(group.key)
            found.append(_together(form, group, values, faults, locale))
    return found


def _together(
    form: Form, group: Group, values: Mapping[str, str], faults: Mapping[str, str], locale: str
) -> Block:
    n = min(group.at_least, len(form.members(group.key)))
    rule = words.say(locale, ONE if n == 1 else SEVERAL, {"n": n})
    return Block(
        id=_group_id(group.key),
        label=said(group.label, locale),
        rule=rule,
        fault=faults.get(_group_name(group.key), ""),
        questions=[
            question(form, field, values, faults, locale) for field in form.members(group.key)
        ],
    )


def _group_id(key: str) -> str:
    return key if key == CONTACT else f"g-{key}"


def _group_name(key: str) -> str:
    return key if key == CONTACT else f"groups/{key}"


def question(
    form: Form, field: Field, values: Mapping[str, str], faults: Mapping[str, str], locale: str
) -> Question:
    name = name_of(field)
    value = without_controls(values.get(name, ""))
    in_group = form.group(field.group) is not None
    return Question(
        name=name,
        kind=field.kind,
        type=TYPES.get(field.kind, "text"),
        label=said(field.label, locale),
        hint=said(field.hint, locale),
        fault=faults.get(field.key if field.is_system else f"fields/{field.key}", ""),
        value=value,
        optional=not field.required and not in_group,
        options=_options(form, field, values, locale),
        more=file_attributes(field) if field.kind == "files" else _attributes(field),
        link=field.link,
        terms=file_terms(field, locale) if field.kind == "files" else "",
        most=field.file_terms[1],
        mb=field.file_terms[2],
    )


def file_terms(field: Field, locale: str) -> str:
    takes, number, megabytes = field.file_terms
    listed = words.listed(locale, (words.say(locale, FAMILY_NAMES[each]) for each in takes))
    facts = {"families": listed, "number": number, "mb": megabytes}
    text = words.say(locale, TERMS, facts)
    return text[:1].upper() + text[1:]


def _options(
    form: Form, field: Field, values: Mapping[str, str], locale: str
) -> tuple[Option, ...]:
    name = name_of(field)
    if field.kind == "checkboxes":
        return tuple(
            Option(f"{name}-{n}", choice.value, choice.said(locale), f"{name}-{n}" in values)
            for n, choice in enumerate(field.choices)
        )
    chosen = values.get(name, "")
    found = [
        Option(name, choice.value, choice.said(locale), choice.value == chosen)
        for choice in field.choices
    ]
    if field.kind != "select":
        return tuple(found)
    # A page may pass a category that the built-in form does not offer.
    if chosen and form.is_open and not any(option.chosen for option in found):
        found.append(Option(name, chosen, chosen, True))
    nothing = Option(name, "", words.say(locale, CHOOSE), not any(each.chosen for each in found))
    return (nothing, *found)


def file_attributes(field: Field) -> dict[str, str]:
    return {"accept": families.accepted(field.file_terms[0]), "multiple": ""}


def _attributes(field: Field) -> dict[str, str]:
    """HTML attributes. Never the pattern: browsers have another syntax, and can be slow. Never the
    length: browsers silently cut what is pasted."""
    more: dict[str, str] = {}
    if field.required and field.kind not in {"radio", "checkboxes"}:
        more["required"] = ""
    if field.kind in KEYBOARDS:
        more["inputmode"] = KEYBOARDS[field.kind]
    if field.key == "name" or field.kind in COMPLETED:
        more["autocomplete"] = COMPLETED.get(field.kind, "name")
    if field.kind in PLAIN:
        more |= {"autocapitalize": "none", "spellcheck": "false"}
    if field.kind in {"text", "textarea", "phone", "email", "wechat", "number", "url"}:
        more["data-max"] = str(field.longest)
    if field.kind == "textarea":
        more["rows"] = ROWS.get(field.key, "3")
    if field.kind in TYPES or field.kind in {"text", "wechat", "number"}:
        more |= {"enterkeyhint": "next"} if field.kind != "hidden" else {}
    if field.key == "name" or field.kind in REACHED:
        more["data-again"] = ""
    if field.prefill:
        more["data-prefill"] = field.prefill
    return more


def carried(form: Form, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Answers to fields that this page does not show now, as hidden inputs, so that they are not
    lost."""
    known = {name_of(field) for field in form.fields}
    return [
        (name, value)
        for name, value in values.items()
        if name.startswith(PREFIX) and not _belongs(name, known)
    ]


def _belongs(name: str, known: set[str]) -> bool:
    return name in known or name.rpartition("-")[0] in known


def sentences(form: Form, locale: str, problems: list[Problem]) -> list[tuple[str, str]]:
    """(name of the fault, sentence), in the order of the form."""
    places = _places(form)
    found = [(problem.pointer.removeprefix("/"), sentence(locale, problem)) for problem in problems]
    return sorted(found, key=lambda pair: places.get(pair[0], len(places)))


def sentence(locale: str, problem: Problem) -> str:
    detail = CONTROLS if problem.code == "control_characters" else problem.detail
    return words.say(locale, detail, problem.facts)


def _places(form: Form) -> dict[str, int]:
    names = ["token"]
    for field in form.fields:
        if field.group and _group_name(field.group) not in names:
            names.append(_group_name(field.group))
        names.append(field.key if field.is_system else f"fields/{field.key}")
    return {name: place for place, name in enumerate(names)}


def target(form: Form, name: str) -> str:
    """The id that a line of the summary links to; empty for faults without a field, as the
    token's."""
    group = name.removeprefix("groups/")
    members = form.members(group) if group != name or name == CONTACT else []
    field = members[0] if members else form.field(name.removeprefix("fields/"))
    if field is None:
        return ""
    several = field.kind in {"radio", "checkboxes"}
    return f"{name_of(field)}-0" if several else name_of(field)
