"""The limits of a form: checked field by field on a change, and as a whole before publishing."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from app.catalogue import N_
from app.errors import Invalid, Problem
from app.fields import patterns
from app.fields.builtin import choice
from app.fields.shape import (
    CHOOSING,
    FILES_MAX,
    KEY,
    MB_MAX,
    SYSTEM,
    WRITING,
    Choice,
    Field,
    Form,
    Group,
    Texts,
)
from app.files.families import FAMILIES
from app.languages import DEFAULT, LANGUAGES, said
from app.text import visible

ONE_FOR_FILES = N_("A form has one field for files at most")
LABEL_MAX = 64
CONSENT_MAX = 500
HINT_MAX = 200
ERROR_MAX = 200
LINK_MAX = 500
PREFILL_MAX = 32
CHOICES_MAX = 40
CHOICE_MAX = 64
GROUPS_MAX = 5
INPUTS_MAX = 45
"""A form may send 60 values, and needs some itself; every checkbox is one."""
SAMPLES = (N_("First"), N_("Second"))
RESERVED = frozenset({"contact", "token", "page_url", "referrer", "link", "fields", "groups"})
TOO_LONG = "Use at most {limit} characters"


def check_field(field: Field) -> None:
    """Raises Invalid with every fault of one field."""
    problems = list(_of_field(field))
    if problems:
        raise Invalid(problems)


def samples() -> tuple[Choice, ...]:
    """The choices of a new field, which are to be replaced before it is published."""
    return tuple(map(choice, SAMPLES))


def problems(form: Form) -> list[Problem]:
    """Faults of the whole form; empty when it may be published."""
    return list(_of_form(form))


def inputs(form: Form) -> int:
    return sum(len(field.choices) if field.kind == "checkboxes" else 1 for field in form.fields)


def of_group(group: Group) -> Iterator[Problem]:
    """Faults of one rule. Pointers are names of inputs on the form's page."""
    if not any(map(visible, group.label.values())):
        yield Problem(f"/{group.key}_{DEFAULT}", "required", "Give it a label")
    for name, texts, limit in (
        (group.key, group.label, LABEL_MAX),
        (f"{group.key}_error", group.error, ERROR_MAX),
    ):
        for tag, text in texts.items():
            if len(text) > limit:
                yield Problem(f"/{name}_{tag}", "too_long", TOO_LONG, {"limit": str(limit)})
    if not 1 <= group.at_least <= INPUTS_MAX:
        facts = {"low": "1", "high": str(INPUTS_MAX)}
        detail = "Use a number from {low} to {high}"
        yield Problem(f"/{group.key}_n", "out_of_range", detail, facts)


def _of_form(form: Form) -> Iterator[Problem]:
    if form.field("content") is None:
        yield Problem("/content", "content_needed", "The form needs the message itself")
    if inputs(form) > INPUTS_MAX:
        detail = "Use at most {limit} fields; every box to tick counts"
        yield Problem("", "too_many", detail, {"limit": str(INPUTS_MAX)})
    if sum(bool(field.pattern) for field in form.fields) > patterns.PATTERNS_PER_FORM:
        detail = "Use at most {limit} patterns of your own"
        yield Problem("", "too_many", detail, {"limit": str(patterns.PATTERNS_PER_FORM)})
    if sum(field.kind == "files" for field in form.fields) > 1:
        yield Problem("", "too_many", ONE_FOR_FILES)
    for group in form.groups:
        yield from of_group(group)
        yield from _of_members(form, group)
    yield from _of_namesakes(form)
    for field in form.fields:
        if field.choices == samples():
            detail = "Replace the sample choices by your own"
            yield Problem(f"/{field.key}/choices", "samples", detail)
        for fault in _of_field(field):
            yield Problem(f"/{field.key}{fault.pointer}", fault.code, fault.detail, fault.facts)


def _of_members(form: Form, group: Group) -> Iterator[Problem]:
    """A fault if the rule has fewer fields than it asks for. Without any field it asks for
    nothing."""
    n = len(form.members(group.key))
    if 0 < n < group.at_least:
        detail = "The rule asks for {n} answers and has only {members} fields"
        facts = {"n": str(group.at_least), "members": str(n)}
        yield Problem(f"/{group.key}_n", "out_of_range", detail, facts)


def _of_namesakes(form: Form) -> Iterator[Problem]:
    """Faults of fields that visitors could not tell apart, each once for all languages."""
    shown = [field for field in form.fields if field.kind != "hidden"]
    for place, field in enumerate(shown):
        for other in shown[:place]:
            if same_label(field.label, other.label):
                detail = "The field {key} has the same label: visitors cannot tell them apart"
                yield Problem(
                    f"/{field.key}/label_{DEFAULT}", "duplicate", detail, {"key": other.key}
                )
                break


def same_label(one: Texts, other: Texts) -> bool:
    """Whether two labels are equal in any language."""
    return any(said(one, tag).casefold() == said(other, tag).casefold() for tag in LANGUAGES)


def _of_field(field: Field) -> Iterator[Problem]:
    if not KEY.fullmatch(field.key) or field.key in RESERVED:
        detail = "Use small letters, digits and _, and begin with a letter: order_no"
        yield Problem("/key", "bad_key", detail)
    if field.key != "wechat" and SYSTEM.get(field.key, field.kind) != field.kind:
        yield Problem("/kind", "kind_fixed", "This field keeps its kind")
    if field.key == "content" and not field.required:
        yield Problem("/required", "content_needed", "The form needs the message itself")
    yield from _of_texts(field)
    yield from _of_limits(field)
    if field.kind in CHOOSING:
        yield from _of_choices(field)
    if field.kind == "files":
        yield from _of_files(field)
    if field.preset == patterns.OWN:
        yield from _of_pattern(field)


def _of_texts(field: Field) -> Iterator[Problem]:
    label_max = CONSENT_MAX if field.kind == "consent" else LABEL_MAX
    if not any(map(visible, field.label.values())):
        yield Problem(f"/label_{DEFAULT}", "required", "Give it a label")
    every = (
        ("label", field.label, label_max),
        ("hint", field.hint, HINT_MAX),
        ("error", field.error, ERROR_MAX),
    )
    for name, texts, limit in every:
        for tag, text in texts.items():
            if len(text) > limit:
                yield Problem(f"/{name}_{tag}", "too_long", TOO_LONG, {"limit": str(limit)})
    if field.link and not field.link.startswith(("https://", "http://")):
        yield Problem("/link", "url_expected", "This must start with https://")
    elif len(field.link) > LINK_MAX:
        yield Problem("/link", "too_long", TOO_LONG, {"limit": str(LINK_MAX)})


def _of_limits(field: Field) -> Iterator[Problem]:
    if field.kind in WRITING:
        longest = msgspec.structs.replace(field, max_length=0).longest
        if not 0 <= field.max_length <= longest:
            facts = {"low": "1", "high": str(longest)}
            detail = "Use a number from {low} to {high}"
            yield Problem("/max_length", "out_of_range", detail, facts)
        elif not 0 <= field.min_length <= field.longest:
            detail = "Use a number from 0 to {limit}"
            yield Problem("/min_length", "out_of_range", detail, {"limit": str(field.longest)})
    if len(field.prefill) > PREFILL_MAX:
        yield Problem("/prefill", "too_long", TOO_LONG, {"limit": str(PREFILL_MAX)})
    if field.least is not None and field.most is not None and field.least > field.most:
        yield Problem("/most", "out_of_range", "This must not be below the smallest number")


def _of_choices(field: Field) -> Iterator[Problem]:
    values = [choice.value for choice in field.choices]
    if len(values) < (1 if field.kind == "checkboxes" else 2):
        yield Problem("/choices", "required", "Offer something to choose from, one per line")
    if len(values) > CHOICES_MAX:
        detail = "Offer at most {limit}"
        yield Problem("/choices", "too_many", detail, {"limit": str(CHOICES_MAX)})
    if len(set(values)) < len(values):
        yield Problem("/choices", "duplicate", "The same choice stands there twice")
    if any(
        len(text) > CHOICE_MAX
        for choice in field.choices
        for text in (choice.value, *choice.texts.values())
    ):
        yield Problem("/choices", "too_long", TOO_LONG, {"limit": str(CHOICE_MAX)})


def _of_files(field: Field) -> Iterator[Problem]:
    if not field.takes or set(field.takes) - set(FAMILIES):
        yield Problem("/takes", "required", "Choose what may be sent")
    for name, number, most in (
        ("max_files", field.max_files, FILES_MAX),
        ("max_mb", field.max_mb, MB_MAX),
    ):
        if not 0 <= number <= most:
            facts = {"low": "1", "high": str(most)}
            yield Problem(f"/{name}", "out_of_range", "Use a number from {low} to {high}", facts)
    if field.group:
        yield Problem("/group", "not_a_choice", "Files are no part of such a rule")


def _of_pattern(field: Field) -> Iterator[Problem]:
    if not field.pattern:
        yield Problem("/pattern", "required", "Enter a pattern, or choose one from the list")
        return
    try:
        patterns.check(field.pattern)
    except Invalid as error:
        for fault in error.problems:
            yield Problem("/pattern", fault.code, fault.detail, fault.facts)
