"""The presets that an operator wrote into the data folder: taken once, when a process begins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.diagnosis.finding import Finding
from app.settings import data_folder

FOLDER = "presets"


def folder(environ: Mapping[str, str]) -> Path:
    return data_folder(environ) / FOLDER


def load(environ: Mapping[str, str]) -> list[str]:
    """Returns what is wrong, a sentence for each file that was left out. Never raises for a file:
    what is already there must start."""
    place = folder(environ)
    if not place.is_dir():
        return []
    # Most commands and most installations need none of it.
    from app.channels import presets

    return presets.load(place)


def look(environ: Mapping[str, str]) -> list[Finding]:
    """For `leavemsg doctor`; nothing where there are none."""
    place = folder(environ)
    faults = load(environ)
    said = "{fault}. This preset is left out."
    if faults:
        return [Finding("warn", "presets", said, {"fault": fault}) for fault in faults]
    if not place.is_dir():
        return []
    where = {"folder": str(place)}
    return [Finding("ok", "presets", "The presets in {folder} can be used.", where)]
