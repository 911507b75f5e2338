"""doctor: what is wrong with this installation, and what to do about it. It changes nothing but the
row and the file that it writes to see whether anything can be written."""

from __future__ import annotations

import os
import sys

import click
import msgspec

from app import database, health, outside, own_presets, queue
from app import settings as all_settings
from app.diagnosis import address, files, incoming, kept_files, parts
from app.diagnosis import outside as way_out
from app.diagnosis.finding import Finding
from app.errors import Misconfigured, Unavailable
from app.people import organizations
from app.settings import Settings
from cli import log, running
from cli.bundled import Bundled
from cli.output import EXIT_CONFIG, EXIT_FAILURE, json_option, show


@click.command()
@click.option(
    "--outside",
    "reaching",
    is_flag=True,
    help="Also connect to what channels send to, and sign in to mail servers; nothing is sent.",
)
@json_option
def doctor(reaching: bool, as_json: bool) -> None:
    """Look at settings, files, database, secret key, clocks, Redis and worker, and say what to do.
    Exits 1 when something does not work, 78 when a setting is wrong."""
    log.configure("critical")
    found, code = _findings(reaching)
    if as_json:
        told = [{**msgspec.to_builtins(each), "line": each.line()} for each in found]
        show({"ok": code == 0, "findings": told}, as_json=True)
    else:
        for each in found:
            click.echo(each.line())
    sys.exit(code)


def _findings(reaching: bool) -> tuple[list[Finding], int]:
    try:
        settings = all_settings.load(os.environ, only_look=True)
    except Misconfigured as error:
        return [Finding("fail", "settings", fault) for fault in error.faults], EXIT_CONFIG
    all_settings.use(settings)
    usable = Finding("ok", "settings", "Every setting can be used.")
    found = [usable, *files.look(settings), *own_presets.look(os.environ)]
    running.run(_live(settings, found, reaching))
    failed = any(each.state == "fail" for each in found)
    return found, EXIT_FAILURE if failed else 0


async def _live(settings: Settings, found: list[Finding], reaching: bool) -> None:
    if settings.embedded_database and not settings.sqlite_path.exists():
        found.append(Finding("warn", "database", "There is none yet: the first start makes it."))
        return
    engine = database.make(settings.database_url, str(settings.sqlite_path))
    database.use(engine)
    queue.connect(settings.redis_url or Bundled(settings.data_dir).url)
    try:
        await engine.open()
        found += await parts.look(settings)
        if reaching:
            found += await _outside(settings)
    except Unavailable as error:
        found.append(parts.unavailable(error.reason))
    finally:
        await health.close()
        await queue.close()
        await outside.close()
        await engine.close()


async def _outside(settings: Settings) -> list[Finding]:
    way = outside.egress()
    found = [*address.look(settings), *await way_out.proxy(settings, way)]
    found += await way_out.base(settings, way)
    found += await kept_files.outside(settings)
    for organization in await organizations.ids():
        found += await way_out.look(organization, way)
        found += await incoming.look(organization)
    return found
