"""What may name a person or open a door is taken out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.diagnosis.scrub import Scrubber

SECRET = "correct horse battery"
SCRUB = Scrubber({"LEAVEMSG_SECRET_KEY": SECRET, "HOME": "/home/zhang"}, ("another-secret",))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"key {SECRET}!", "key <secret>!"),
        ("is another-secret.", "is <secret>."),
        ("mail to li.lei@shop.example failed", "mail to <email> failed"),
        ("https://oapi.dingtalk.com/robot/send?access_token=0a1b", "https://<address>"),
        ("postgres://desk:pw@db/x refused", "postgres://<address> refused"),
        ("call 138 0013 8000 now", "call <number> now"),
        ("+86-138-0013-8000", "<number>"),
        ("from 203.0.113.7", "from <ip>"),
        ("from 2001:db8::7", "from <ip>"),
        ("token lm_c2yfgu1423xc_QEv4ZjCk8w5mWA27VqKtY1j", "token <long>"),
        ("渠道「张三的手机」 failed", "<text>「<text>」 failed"),
        ("/home/zhang/data/leavemsg.sqlite", "~/data/leavemsg.sqlite"),
        # What helps stays.
        ("0198c0de-aaaa-7bbb-8ccc-0123456789ab", "0198c0de-aaaa-7bbb-8ccc-0123456789ab"),
        ("app/database/away.py:115 _unavailable", "app/database/away.py:115 _unavailable"),
        ("It ends on 2026-11-30, in 5 days", "It ends on 2026-11-30, in 5 days"),
        ("2026-11-30 13800138000", "2026-11-30 <number>"),
        ("status 503 after 2000 ms", "status 503 after 2000 ms"),
        ("It differs by 7205 seconds", "It differs by 7205 seconds"),
    ],
)
def test_each_kind(text: str, left: str) -> None:
    assert SCRUB.text(text) == left


def test_of_a_log_line_only_what_is_ours_is_kept() -> None:
    line = {
        "event": "request",
        "request_id": "0" * 32,
        "timestamp": "2026-11-30T11:30:04.123456Z",
        "route": "/w/{slug}",
        "ms": 1.5,
        "ip": "203.0.113.0/24",
        "file": "张三.png",
        "trace": ["OSError ENOSPC", "/home/zhang/app/x.py:1 f"],
    }
    kept = SCRUB.log_line(json.dumps(line))
    gone = {"ip", "file"}
    assert kept == {
        **{name: value for name, value in line.items() if name not in gone},
        "trace": ["OSError ENOSPC", "~/app/x.py:1 f"],
    }


@pytest.mark.parametrize(
    "line", ["", "Traceback (most recent call last):", "[1]", '"x"', "{", "{}"]
)
def test_lines_of_others_are_no_log(line: str) -> None:
    assert SCRUB.log_line(line) is None


@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_a_secret_goes_wherever_it_stands(before: str, after: str) -> None:
    assert SECRET not in SCRUB.text(before + SECRET + after)
