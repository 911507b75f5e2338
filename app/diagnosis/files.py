"""The data folder: room, and who else may read it."""

from __future__ import annotations

import stat

from app import folder, health
from app.diagnosis.finding import Finding
from app.settings import Settings

SAID = {
    "low": "There is hardly any room left at {folder}: free some.",
    "full": "The disk of {folder} is full: free some room.",
    "read_only": "Nothing can be written to {folder}: check the mount and the owner.",
    "missing": "{folder} is not there yet: the first start makes it.",
}


def look(settings: Settings) -> list[Finding]:
    place = settings.data_dir
    if not settings.uses_data_dir:
        return [Finding("ok", "folder", "Not used: the data is in DATABASE_URL.")]
    where = {"folder": str(place)}
    state = health.disk(place)
    if state != "ok":
        return [disk(state, str(place))]
    free = f"{health.free(place) / 1024**3:.1f}"
    found = [
        Finding("ok", "folder", "{folder} can be written, {n} GB are free.", where | {"n": free})
    ]
    mode = stat.S_IMODE(place.stat().st_mode)
    if folder.may_be_replaced(place):
        said = "Others may put files into {folder} (mode {mode}): chmod 700 {folder}"
        found.append(Finding("fail", "folder", said, where | {"mode": f"{mode:04o}"}))
    open_ones = folder.open_to_others(place)
    for path in open_ones:
        facts = {"file": str(path), "mode": f"{stat.S_IMODE(path.stat().st_mode):04o}"}
        said = "Others may read {file} (mode {mode}): the next start closes it, or chmod go-rwx"
        found.append(Finding("warn", "files", said, facts))
    if not open_ones:
        found.append(Finding("ok", "files", "Only their owner reads them."))
    return found


def disk(state: str, place: str) -> Finding:
    """`state` is one of SAID."""
    return Finding(
        "warn" if state == "missing" else "fail", "folder", SAID[state], {"folder": place}
    )
