"""A mail server hands over a mail, and knows by the exit code whether to try again."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from cli import mail as commands
from tests.app.mail.conftest import mail
from tests.cli.test_delivery import env

__all__ = ["env"]


def test_a_mail_is_stored_and_no_mail_goes_back(env: dict[str, str], tmp_path: Path) -> None:
    runner = CliRunner(env=env)
    done = runner.invoke(commands.mail, ["deliver"], input=mail())
    again = runner.invoke(commands.mail, ["deliver"], input=mail())
    nothing = runner.invoke(commands.mail, ["deliver"], input=b"hello")
    nobody = runner.invoke(commands.mail, ["deliver", "--organization", "none"], input=mail())

    assert [each.exit_code for each in (done, again, nothing, nobody)] == [0, 0, 65, 75]
