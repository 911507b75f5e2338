"""Asking a visitor back: what is in doubt is asked once; sent again as it is, it is meant so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from app.errors import Problem
from app.fields import Form
from web.visitor import questions

SURE = "sure"


def open_doubts(form: Form, values: Mapping[str, str], doubts: Iterable[Problem]) -> list[Problem]:
    """Those that the visitor has not seen yet beside what is written now."""
    seen = values.get(SURE, "").split()
    return [doubt for doubt in doubts if _mark(form, values, doubt) not in seen]


def seen_with(form: Form, values: Mapping[str, str], doubts: Iterable[Problem]) -> str:
    """For the next page: the doubts that stand on it, each with the very text it is about."""
    return " ".join(_mark(form, values, doubt) for doubt in doubts)


def _mark(form: Form, values: Mapping[str, str], doubt: Problem) -> str:
    field = form.field(doubt.pointer.removeprefix("/").removeprefix("fields/"))
    text = values.get(questions.name_of(field), "") if field else ""
    whole = f"{doubt.pointer}\n{doubt.code}\n{' '.join(text.split())}"
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:16]
