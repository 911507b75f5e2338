"""leavemsg: the command line.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused, 5 database unreachable,
6 a test send failed, 7 the audit was changed, 78 a setting or the secret key is wrong.
"""

from __future__ import annotations

import gc
import os
import sys

import click

from app import folder, own_presets
from app.errors import Conflict, Error, Invalid, Misconfigured, NotFound, TooMany, Unavailable
from app.settings import VERSION
from cli import unneeded
from cli.output import (
    EXIT_CONFIG,
    EXIT_FAILURE,
    EXIT_NOT_FOUND,
    EXIT_REFUSED,
    EXIT_UNREACHABLE,
    told,
)

EPILOG = (
    "Settings come from the environment; `leavemsg check` lists them. Exit codes: 0 done, 1 failed,"
    " 2 wrong usage, 3 not found, 4 refused, 5 database unreachable, 6 a test send failed,"
    " 7 the audit was changed, 78 a setting or the secret key is wrong."
)
PLAIN = (
    *("audit", "doctor", "key", "channel", "config", "message", "delivery", "demo"),
    *("organization", "brand", "quickstart", "mail", "secrets", "maintenance", "openapi"),
)
"""Commands in modules of their own names."""
PLACES = {
    **dict.fromkeys(("serve", "web", "worker", "migrate"), "cli.serve"),
    **dict.fromkeys(("check", "version"), "cli.checks"),
    "admin": "cli.people",
    "backup": "cli.backup",
    "restore": "cli.backup",
    "erased": "cli.erased",
    "token": "cli.token",
    **{name: f"cli.{name}" for name in PLAIN},
}
"""The module of each command: loading one takes a tenth of the time of all."""


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in PLACES:
            return None
        # What is imported stays: to look for garbage among it takes a tenth of the time.
        gc.disable()
        try:
            found: click.Command = getattr(unneeded.imported(PLACES[cmd_name]), cmd_name)
        finally:
            gc.enable()
        return found


@click.command(
    cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(VERSION, prog_name="leavemsg")
def commands() -> None:
    """Leavemsg (留言): the leave-a-message desk for a website."""


def main() -> None:
    """Runs the command line. Known errors print one line and set the exit code, never a
    traceback."""
    folder.keep_to_ourselves()
    for fault in own_presets.load(os.environ):
        print(f"preset {fault}", file=sys.stderr)
    try:
        commands(prog_name="leavemsg")
    except Misconfigured as error:
        _end(str(error), EXIT_CONFIG)
    except NotFound:
        _end("There is nothing with this name.", EXIT_NOT_FOUND)
    except Invalid as error:
        _end(told(error), EXIT_REFUSED)
    except Conflict as error:
        _end(error.detail, EXIT_REFUSED)
    except TooMany as error:
        _end(f"Too many at once. Try again in {error.after} seconds.", EXIT_REFUSED)
    except Unavailable as error:
        _end(str(error) or "The database does not answer.", EXIT_UNREACHABLE)
    except Error as error:
        _end(str(error) or type(error).__name__, EXIT_FAILURE)


def _end(text: str, code: int) -> None:
    print(text, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
