"""The answers to an organization's own fields, as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from app.contacts.mask import masked
from app.fields.shape import Label
from app.languages import said


class Answer(msgspec.Struct, frozen=True):
    key: str
    label: str
    value: str
    kind: str


def answers(
    fields: Mapping[str, str], labels: Mapping[str, Label], locale: str
) -> Iterator[Answer]:
    """With the labels of the form that asked; without one, the key is the label."""
    for key, value in fields.items():
        label = labels.get(key)
        if label is None:
            yield Answer(key, key, value, "text")
            continue
        shown = value if label.kind == "textarea" else label.shown(value, locale)
        yield Answer(key, said(label.text, locale) or key, shown, label.kind)


def listed(
    fields: Mapping[str, str], labels: Mapping[str, Label], locale: str
) -> Iterator[tuple[str, str]]:
    """(label, value) of the fields in the list of messages; personal data is masked."""
    for answer in answers(fields, labels, locale):
        label = labels.get(answer.key)
        if label is not None and label.list:
            yield answer.label, masked(answer.value) if label.personal else answer.value
