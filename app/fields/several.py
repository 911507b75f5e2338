"""What several forms ask together: for filters and rules, which are about all messages."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from app.fields.shape import Field, Form


def together(forms: Sequence[Form]) -> Form:
    """Each question once, as the first form asks it, with the choices of all. Of one form that
    form."""
    first, *others = forms
    if not others:
        return first
    fields: dict[str, Field] = {}
    for field in (each for form in forms for each in form.fields):
        known = fields.get(field.key)
        fields[field.key] = _with_choices(known, field) if known else field
    return Form(fields=tuple(fields.values()), number=first.number)


def _with_choices(known: Field, other: Field) -> Field:
    values = {each.value for each in known.choices}
    more = tuple(each for each in other.choices if each.value not in values)
    return replace(known, choices=(*known.choices, *more)) if more else known
