"""Texts of a form in the two languages that tests write."""

from __future__ import annotations

import re

from app.fields import Choice, Texts


def texts(chinese: str = "", english: str = "") -> Texts:
    given = {"zh-CN": chinese, "en": english}
    return {tag: text for tag, text in given.items() if text}


def in_product(values: dict[str, str]) -> dict[str, str]:
    """Names of inputs as the product has them, of such as Python allows: `label_zh`."""
    return {re.sub("_zh$", "_zh-CN", name): value for name, value in values.items()}


def choice(value: str, english: str) -> Choice:
    return Choice(value, texts("", english))
