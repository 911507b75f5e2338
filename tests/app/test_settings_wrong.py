"""Bad settings: each stops the start with one clear line and exit code 78, and shows no value."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from app import settings
from app.errors import Misconfigured
from cli import main

KEY = "k" * 32
SECRET = "Canary"
"""In every value that is wrong, as a stand-in for what nobody may read in a log."""
LINE = re.compile(r"CONFIG (?P<name>[A-Z0-9_]+): (?P<what>[^—]+) — (?P<todo>.{4,})")
FOLDER, MISSING = "<folder>", "<folder>/Canary"

WRONG: tuple[tuple[str, str], ...] = (
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "80.0"),
    ("PORT", SECRET),
    ("DATABASE_URL", f"mysql://me:{SECRET}@host/db"),
    ("DATABASE_URL", f"{SECRET}.sqlite"),
    ("DATABASE_URL", f"postgres://me:{SECRET}@host:port/db"),
    ("DATABASE_URL", f"postgresql://[{SECRET}/db"),
    ("DATABASE_URL_FILE", MISSING),
    ("REDIS_URL", f"http://{SECRET}"),
    ("REDIS_URL", f"redis://:{SECRET}@host:0/0"),
    ("REDIS_URL", f"redis://:{SECRET}@host:port/0"),
    ("LEAVEMSG_DATA_DIR", f"~no-such-user-{SECRET}/data"),
    ("LEAVEMSG_BASE_URL", f"desk.{SECRET}.example"),
    ("LEAVEMSG_BASE_URL", f"https://desk.{SECRET}.example/path?x"),
    ("LEAVEMSG_BASE_URL", f"https://me:{SECRET}@desk.example"),
    ("LEAVEMSG_BASE_URL", f"https://desk.{SECRET}.example:99999"),
    ("LEAVEMSG_BASE_URL", f"http://desk.{SECRET}.example"),
    ("LEAVEMSG_BACKUP_URL", f"ftp://{SECRET}.example"),
    ("LEAVEMSG_SECRET_KEY", SECRET),
    ("LEAVEMSG_SECRET_KEY", f"change-me-{SECRET}-change-me-change-me"),
    ("LEAVEMSG_SECRET_KEY", f"<your secret key of 32 characters {SECRET}>"),
    ("LEAVEMSG_EGRESS_ALLOW", SECRET),
    ("LEAVEMSG_EGRESS_ALLOW", "0.0.0.0/0"),
    ("LEAVEMSG_EGRESS_ALLOW", "10.0.0.0/8:99999"),
    ("LEAVEMSG_EGRESS_PROXY", f"socks5://me:{SECRET}@proxy:1080"),
    ("LEAVEMSG_EGRESS_ADDRESS", f"{SECRET}.example"),
    ("LEAVEMSG_CA_FILE", MISSING),
    ("LEAVEMSG_CA_FILE", FOLDER),
    ("LEAVEMSG_IP2REGION", MISSING),
    ("LEAVEMSG_FILES_URL", f"https://{SECRET}.example/bucket"),
    ("LEAVEMSG_FILES_URL", f"s3://key:{SECRET}@host"),
    ("LEAVEMSG_FILES_MB", "-1"),
    ("LEAVEMSG_CLAMD", f"{SECRET} 3310"),
    ("LEAVEMSG_TRUSTED_PROXIES", SECRET),
    ("LEAVEMSG_TRUSTED_PROXIES", "10.0.0.1/8"),
    ("LEAVEMSG_TRUSTED_PROXIES", "0.0.0.0/0"),
    ("LEAVEMSG_TRUSTED_PROXIES", "127.0.0.1,::/0"),
    ("LEAVEMSG_SUBMIT_PER_MINUTE", "many"),
    ("LEAVEMSG_SUBMIT_FORM_PER_MINUTE", "1e3"),
    ("LEAVEMSG_SUBMIT_SECONDS", "61"),
    ("LEAVEMSG_CONNECTIONS", "1000000"),
    ("LEAVEMSG_CONNECTIONS_PER_ADDRESS", "-5"),
    ("LEAVEMSG_METRICS_TOKEN", SECRET),
    ("LEAVEMSG_METRICS_TOKEN", f"a token with spaces {SECRET}"),
    ("LEAVEMSG_METRICS_LISTEN", SECRET),
    ("LEAVEMSG_METRICS_LISTEN", "127.0.0.1:99999"),
    ("LEAVEMSG_METRICS_LISTEN", "0.0.0.0:9464"),
    ("LEAVEMSG_METRICS_LISTEN", "127.0.0.1:8080"),
    ("LEAVEMSG_ORGANIZATIONS", SECRET),
    ("LEAVEMSG_ALLOW_INSECURE_HTTP", "maybe"),
    ("LEAVEMSG_LOG_LEVEL", "loud"),
    ("LEAVEMSG_LOG_FULL_IP", SECRET),
    ("LEAVEMSG_LOCALE", "zh"),
    ("LEAVEMSG_TIMEZONE", f"Mars/{SECRET}"),
    ("LEAVEMSG_TIMEZONE", "UTC+8"),
    ("LEAVEMSG_BASEURL", f"https://{SECRET}.example"),
    ("LEAVEMSG_SECRET_KEYS", SECRET * 9),
    ("LEAVEMSG_UNHEARD_OF", SECRET),
)


def test_they_are_enough() -> None:
    assert len(set(WRONG)) == len(WRONG) >= 40


def test_each_is_one_line_that_names_it_and_ends_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["leavemsg", "serve"])
    monkeypatch.setattr("app.folder.keep_to_ourselves", lambda: None)
    for name, text in WRONG:
        value = text.replace(FOLDER, str(tmp_path))
        with monkeypatch.context() as changed:
            for each in [each for each in os.environ if each.startswith("LEAVEMSG_")]:
                changed.delenv(each)
            changed.setenv("LEAVEMSG_SECRET_KEY", KEY)
            changed.setenv("LEAVEMSG_DATA_DIR", str(tmp_path))
            changed.setenv(name, value)
            changed.setattr(settings, "_current", None)
            with pytest.raises(SystemExit) as ended:
                main.main()
        said = capsys.readouterr()
        (line,) = said.err.splitlines()
        told = LINE.fullmatch(line)
        assert ended.value.code == 78, name
        assert told, line
        assert told["name"] == name, line
        assert SECRET not in line, line
        assert said.out == ""


def test_all_of_them_are_told_at_once(tmp_path: Path) -> None:
    environ = {"LEAVEMSG_DATA_DIR": str(tmp_path), **dict(WRONG)}
    with pytest.raises(Misconfigured) as caught:
        settings.load(environ, only_look=True)
    named = {line.split()[1].rstrip(":") for line in caught.value.faults}
    assert named >= set(dict(WRONG)) - {"LEAVEMSG_DATA_DIR"}


@pytest.mark.parametrize(
    "key", [KEY, "o" * 40, "aK3+/=" * 8, "correct horse battery staple and 32 more"]
)
def test_what_somebody_made_up_is_a_key(tmp_path: Path, key: str) -> None:
    environ = {"LEAVEMSG_DATA_DIR": str(tmp_path), "LEAVEMSG_SECRET_KEY": key}
    assert settings.load(environ).secret_key == key
