"""Asks a visitor about doubtful answers once; sent again unchanged, they are accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from app.errors import Problem
from app.fields import Form
from web.visitor import questions

SURE = "sure"


def open_doubts(form: Form, values: Mapping[str, str], doubts: Iterable[Problem]) -> list[Problem]:
    """The doubts that the visitor has not seen yet with the current text."""
    seen = values.get(SURE, "").split()
    return [doubt for doubt in doubts if _mark(form, values, doubt) not in seen]


def seen_with(form: Form, values: Mapping[str, str], doubts: Iterable[Problem]) -> str:
    """Marks for the next page: its doubts, each with the text that it is about."""
    return " ".join(_mark(form, values, doubt) for doubt in doubts)


def _mark(form: Form, values: Mapping[str, str], doubt: Problem) -> str:
    field = form.field(doubt.pointer.removeprefix("/").removeprefix("fields/"))
    text = values.get(questions.name_of(field), "") if field else ""
    whole = f"{doubt.pointer}\n{doubt.code}\n{' '.join(text.split())}"
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:16]
