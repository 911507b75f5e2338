"""Cells as spreadsheets show them unchanged, whatever people wrote."""

from __future__ import annotations

import re

from app.text import clip, without_controls

Cell = str | int
FORMULA = re.compile(r"[\t\r\n]|[\s\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠]")
"""What spreadsheets may take for a formula and run: whatever stands before its sign, they drop."""
NUMBER = re.compile(r"\d{11,}|0\d+|\d+[eE]\d+")
"""What they would show as another number than was written: 1.38E+10, or without its zero."""
NEVER_IN_XML = re.compile("[\v\f\r\ufffe\uffff]")
CELL_MAX = 32_767
"""Excel's limit, in UTF-16 units. A longer text ends with an ellipsis."""


def harmless(cell: Cell) -> Cell:
    """The cell as a spreadsheet shows it unchanged: no formula is run, and digits stay text."""
    if isinstance(cell, int):
        return cell
    cell = without_controls(cell)
    if FORMULA.match(cell):
        return f"'{cell}"
    # Spreadsheets do not show the tab.
    return f"\t{cell}" if NUMBER.fullmatch(cell) else cell


def held(text: str) -> str:
    """The text as a cell can hold it."""
    text = NEVER_IN_XML.sub("", without_controls(text))
    if len(text) > CELL_MAX // 2:
        text = clip(text, CELL_MAX, cost=_units)
    # The library would take it for XML of its own and write it as it is.
    return f" {text}" if text.startswith("<r>") and text.endswith("</r>") else text


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
