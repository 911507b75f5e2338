"""leavemsg: the command line.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused, 5 database unreachable,
6 a test send failed, 78 a setting is wrong.
"""

from __future__ import annotations

import sys

import click

from app.errors import Conflict, Error, Invalid, Misconfigured, NotFound, TooMany, Unavailable
from app.settings import VERSION
from cli import folder
from cli.channel import channel
from cli.checks import check, version
from cli.delivery import delivery
from cli.demo import demo
from cli.doctor import doctor
from cli.key import key
from cli.message import message
from cli.people import admin, token
from cli.serve import migrate, serve, web, worker
from cli.shared import (
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
    " 78 a setting is wrong."
)


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="leavemsg")
def commands() -> None:
    """Leavemsg (留言): the leave-a-message desk for a website."""


PROCESSES = (serve, web, worker, migrate, check, doctor, version)
NOUNS = (admin, token, channel, message, delivery, key, demo)
for command in (*PROCESSES, *NOUNS):
    commands.add_command(command)


def main() -> None:
    """Every error that we know is one line and its exit code; never a traceback."""
    folder.keep_to_ourselves()
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
