"""doctor: what is wrong with this installation, and what to do about it. It changes nothing but the
row and the file that it writes to see whether anything can be written."""

from __future__ import annotations

import os
import sys
import zipfile
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

import click
import msgspec

from app import database, health, outside, own_presets, queue
from app import settings as all_settings
from app.diagnosis import address, files, incoming, kept_files, network, parts
from app.diagnosis import bundle as bundling
from app.diagnosis import outside as way_out
from app.diagnosis.finding import Finding
from app.errors import Misconfigured, Unavailable
from app.people import organizations
from app.settings import Settings
from cli import log, running
from cli.bundled import Bundled
from cli.output import EXIT_CONFIG, EXIT_FAILURE, json_option, show

LINES_MAX = 5000
CLOCKS_MAX = 3
"""Servers that are asked for their time until one tells it."""


@click.command()
@click.option(
    "--outside",
    "reaching",
    is_flag=True,
    help="Also connect to what channels send to, and sign in to mail servers; nothing is sent.",
)
@click.option(
    "--bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a ZIP for whoever helps: versions, findings, counts; no person, no secret.",
)
@click.option(
    "--log", "lines", type=click.File(errors="replace"), help="Its log; -: standard input."
)
@json_option
def doctor(reaching: bool, bundle: Path | None, lines: TextIO | None, as_json: bool) -> None:
    """Look at settings, files, database, secret key, clocks, Redis and worker, and say what to do.
    Exits 1 when something does not work, 78 when a setting is wrong."""
    log.configure("critical")
    pack = Pack(bundle, deque(lines or (), LINES_MAX)) if bundle else None
    found, code = _findings(reaching, pack)
    if as_json:
        told = [{**msgspec.to_builtins(each), "line": each.line()} for each in found]
        show({"ok": code == 0, "findings": told}, as_json=True)
    else:
        for each in found:
            click.echo(each.line())
    if bundle:
        click.echo(f"{bundle} is made. Look into it before you send it.", err=True)
    sys.exit(code)


class Pack(msgspec.Struct):
    """A bundle to be written, and the lines of the log for it."""

    path: Path
    lines: deque[str]

    def write(self, contents: Mapping[str, bytes]) -> None:
        """For its owner alone. Never over a file that is there."""
        try:
            place = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise click.ClickException(f"{self.path} cannot be made: {error.strerror}") from None
        with os.fdopen(place, "wb") as file, zipfile.ZipFile(file, "w") as packed:
            for name, content in contents.items():
                packed.writestr(name, content, zipfile.ZIP_DEFLATED)


def _findings(reaching: bool, pack: Pack | None) -> tuple[list[Finding], int]:
    try:
        settings = all_settings.load(os.environ, only_look=True)
    except Misconfigured as error:
        found = [Finding("fail", "settings", fault) for fault in error.faults]
        if pack:
            pack.write(bundling.without_settings(os.environ, found))
        return found, EXIT_CONFIG
    all_settings.use(settings)
    usable = Finding("ok", "settings", "Every setting can be used.")
    found = [usable, *files.look(settings), *own_presets.look(os.environ)]
    running.run(_live(settings, found, reaching, pack))
    failed = any(each.state == "fail" for each in found)
    return found, EXIT_FAILURE if failed else 0


async def _live(
    settings: Settings, found: list[Finding], reaching: bool, pack: Pack | None
) -> None:
    if settings.embedded_database and not settings.sqlite_path.exists():
        found.append(Finding("warn", "database", "There is none yet: the first start makes it."))
        if pack:
            pack.write(bundling.without_settings(os.environ, found))
        return
    engine = database.make(settings.database_url, str(settings.sqlite_path))
    database.use(engine)
    queue.connect(settings.redis_url or Bundled(settings.data_dir).url)
    try:
        await _looked(engine, settings, found, reaching)
        if pack:
            pack.write(await bundling.contents(settings, os.environ, found, pack.lines))
    finally:
        await health.close()
        await queue.close()
        await outside.close()
        await engine.close()


async def _looked(
    engine: database.Engine, settings: Settings, found: list[Finding], reaching: bool
) -> None:
    try:
        await engine.open()
        found += await parts.look(settings)
        if reaching:
            found += await _outside(settings)
    except Unavailable as error:
        found.append(parts.unavailable(error.reason))


async def _outside(settings: Settings) -> list[Finding]:
    way = outside.egress()
    found = [*address.look(settings), *await way_out.proxy(settings, way)]
    found += await way_out.base(settings, way)
    if settings.reach == "world":
        found += await network.ours(settings.base_url, way)
    found += await kept_files.outside(settings)
    ids = await organizations.ids()
    places = [each for organization in ids for each in await way_out.origins(organization)]
    found += await network.names(urlsplit(each).hostname or "" for each in places)
    found += await network.clock(places[:CLOCKS_MAX], way)
    for organization in ids:
        found += await way_out.look(organization, way)
        found += await incoming.look(organization)
    return found
