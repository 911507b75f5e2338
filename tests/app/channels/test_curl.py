"""A request as a command that people can read and try."""

from __future__ import annotations

import subprocess
from pathlib import Path

from app.channels.curl import as_curl
from app.channels.written import FORM_TYPE, Written, as_form, as_query, posted

KEY = "0123456789abcdef0123"
URL = f"https://receiver.example/in/{KEY}?token=t0ken-secret"


def test_the_command_hides_every_secret_and_keeps_what_is_sent() -> None:
    headers = {"Authorization": "Bearer t0ken-secret", "Content-Type": FORM_TYPE}
    form = Written("POST", URL, headers, as_form([("text", "it's 张三")]))
    got = Written("GET", URL, {}, query=as_query([("text", "a b")]))

    shown = as_curl(form, [URL, "t0ken-secret", KEY])

    assert KEY not in shown
    assert "t0ken-secret" not in shown
    assert "https://receiver.example/in/" in shown
    assert "Authorization: Bearer ••••" in shown
    assert "张三" in shown
    assert as_curl(got, []).startswith("curl -G \\\n")
    assert "--data-urlencode 'text=a b'" in as_curl(got, [])


def test_a_shell_reads_the_command_as_it_is_meant(tmp_path: Path) -> None:
    """A stand-in for curl writes down what it was called with."""
    stand_in = tmp_path / "curl"
    stand_in.write_text('#!/bin/sh\nfor each in "$@"; do printf "%s\\0" "$each"; done\n')
    stand_in.chmod(0o700)
    said = 'it\'s $HOME `id` \\ \n "x"'

    done = subprocess.run(
        ["/bin/sh", "-c", as_curl(posted("https://a.example/", said.encode()), [])],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        check=True,
    )

    assert done.stdout.decode().split("\0")[-3:-1] == ["--data-raw", said]
