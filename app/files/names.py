"""What a file may be called anywhere."""

from __future__ import annotations

import re

from app.files.families import Type
from app.text import clean_line

UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
"""Folders, what Windows refuses, and what turns `gpj.exe` around."""
NAME_MAX = 120
ENDING_MAX = 11


def safe(name: str) -> str:
    """Without folders, not hidden, not too long; empty if nothing is left."""
    name = UNSAFE.sub("_", clean_line(name)).strip(". ")
    if len(name) <= NAME_MAX:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: NAME_MAX - ENDING_MAX - 1]}{dot}{ending[:ENDING_MAX]}"


def fitting(name: str, kind: Type, fallback: str) -> str:
    """As `safe`, and it ends as what the file is: `photo.jpg.exe` is no program then."""
    name = safe(name.replace("\\", "/").rpartition("/")[2]) or fallback
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in kind.endings:
        return name
    return f"{name[: NAME_MAX - ENDING_MAX - 1]}.{kind.endings[0]}"


def weight(size: int) -> str:
    """820 KB, 2.4 MB."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"
