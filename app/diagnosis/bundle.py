"""What somebody needs to see who helps from afar, and nothing else: no message, no person, no
secret."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import distributions
from typing import Any

import msgspec

from app import database, health, tables
from app.database import migrate
from app.diagnosis import statements
from app.diagnosis.finding import Finding
from app.diagnosis.scrub import Scrubber
from app.errors import Unavailable
from app.options import OPTIONS
from app.settings import VERSION, Settings

LINES_MAX = 2000
LEFT_OUT = "lines left out, as they are not ours"
PLACES = frozenset({"LEAVEMSG_BASE_URL", "LEAVEMSG_BACKUP_URL"})
READ_ME = """\
What leavemsg doctor --bundle has put together, for whoever helps you.

versions.json   of the product, Python, the system and the libraries
settings.json   which settings are set; secrets and addresses only as "set"
findings.json   what leavemsg doctor found
database.json   kind, version, schema, rows of each table: numbers, no contents
health.json     what /readyz answers
log.jsonl       the last lines of the log, if you gave them with --log

It holds no message, no name, no address, no number of anybody and no secret: what may be one was
taken out (<email>, <number>, <ip>, <address>, <secret>, <long>, <text>). Look at it before you send
it all the same.
"""


async def contents(
    settings: Settings,
    environ: Mapping[str, str],
    findings: Sequence[Finding],
    log: Iterable[str] = (),
) -> dict[str, bytes]:
    """Each file by its name. The database may be away: then it is not told of."""
    secrets = (settings.secret_key, settings.database_url, settings.redis_url)
    scrubber = Scrubber(environ, (*secrets, *settings.other_secret_keys, settings.metrics_token))
    live = {"database.json": await _database(), "health.json": await health.look()}
    return {**_packed(environ, findings, scrubber, live), "log.jsonl": _log(log, scrubber)}


def without_settings(environ: Mapping[str, str], findings: Sequence[Finding]) -> dict[str, bytes]:
    """The same where a setting is wrong, so that nothing can be opened."""
    return _packed(environ, findings, Scrubber(environ), {})


def _packed(
    environ: Mapping[str, str],
    findings: Sequence[Finding],
    scrubber: Scrubber,
    live: Mapping[str, Any],
) -> dict[str, bytes]:
    """What is known without a database, and `live` besides."""
    files = {
        "versions.json": _versions(),
        "settings.json": _settings(environ),
        "findings.json": [_finding(each, scrubber) for each in findings],
        **live,
    }
    found = {name: msgspec.json.format(msgspec.json.encode(each)) for name, each in files.items()}
    return {"README.txt": READ_ME.encode(), **found}


def _versions() -> dict[str, Any]:
    libraries = {each.metadata["Name"]: each.version for each in distributions()}
    return {
        "leavemsg": VERSION,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "executable": "frozen" if getattr(sys, "frozen", False) else "python",
        "libraries": dict(sorted(libraries.items())),
    }


def _settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Numbers and words of a list as they are; whatever may lead somewhere only as "set"."""
    told = {}
    for option in OPTIONS:
        if f"{option.name}_FILE" in environ:
            told[option.name] = "set by a file"
        elif not (value := environ.get(option.name, "")):
            told[option.name] = "default"
        elif option.name in PLACES:
            told[option.name] = value.partition("://")[0] + "://<address>"
        else:
            plain = not option.secret and value.isascii() and value.isalnum() and len(value) < 10
            told[option.name] = value if plain else "set"
    return told


def _finding(finding: Finding, scrubber: Scrubber) -> dict[str, Any]:
    """Without its name, which is a channel's, a mailbox's or a host's."""
    facts = scrubber.value({name: str(each) for name, each in finding.facts.items()})
    said = scrubber.text(finding.said) if "CONFIG " in finding.said else finding.said
    return {"state": finding.state, "about": finding.about, "said": said, "facts": facts}


async def _database() -> dict[str, Any]:
    embedded = isinstance(database.engine(), database.SQLite)
    version, size = statements.SQLITE if embedded else statements.POSTGRES
    try:
        schema = await migrate.state()
        # Another version's tables may be others.
        here = sorted(tables.ALL, key=str) if schema == "ok" else []
        return {
            "kind": "SQLite" if embedded else "PostgreSQL",
            "version": await database.value(str, version),
            "bytes": await database.value(int, size),
            "schema": schema,
            "migrations": sorted(await migrate.done()),
            "rows": {each._meta.tablename: await each.count() for each in here},
        }
    except Unavailable as error:
        return {"reason": error.reason}


def _log(lines: Iterable[str], scrubber: Scrubber) -> bytes:
    kept, left_out = [], 0
    for line in lines:
        found = scrubber.log_line(line)
        if found is None:
            left_out += 1
        else:
            kept.append(found)
    kept = kept[-LINES_MAX:]
    if left_out:
        kept.append({"event": LEFT_OUT, "n": left_out})
    return b"".join(msgspec.json.encode(each) + b"\n" for each in kept)
