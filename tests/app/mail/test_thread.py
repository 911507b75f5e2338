"""Ids and tokens of the mails about one message."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from typing import Any

from app.mail import thread
from app.mail.thread import Ids

MESSAGE = uuid.UUID("01890000-0000-7000-8000-000000000001")
REMARK = uuid.UUID("01890000-0000-7000-8000-000000000002")


def test_what_we_gave_out_leads_back() -> None:
    token = thread.reply_token(MESSAGE)
    for written, ids in (
        (thread.root_id(MESSAGE), Ids(MESSAGE)),
        (thread.root_id(MESSAGE).strip("<>"), Ids(MESSAGE)),
        (f" {thread.reply_id(MESSAGE, REMARK)}\n", Ids(MESSAGE, REMARK)),
        (thread.reply_id(MESSAGE, REMARK).upper(), Ids(MESSAGE, REMARK)),
        (thread.root_id(MESSAGE).replace("<", '<"').replace("@", '"@'), Ids(MESSAGE)),
        (token, Ids(MESSAGE)),
        (f"support+{token.upper()}@example.com", Ids(MESSAGE)),
        (f"Re: 您的留言 [{token}]", Ids(MESSAGE)),
    ):
        assert thread.message_of(written) == ids, written


def test_it_is_the_same_each_time_and_fits_into_an_address() -> None:
    assert thread.root_id(MESSAGE) == thread.root_id(MESSAGE)
    assert thread.reply_id(MESSAGE, REMARK) != thread.reply_id(MESSAGE, MESSAGE)
    assert len(f"a-long-name-of-a-mailbox+{thread.reply_token(MESSAGE)}") <= 64


def test_nothing_else_leads_anywhere() -> None:
    root, reply = thread.root_id(MESSAGE), thread.reply_id(MESSAGE, REMARK)
    token = thread.reply_token(MESSAGE)
    other = "a" if token[-1] != "a" else "b"
    for written in (
        "",
        "m.",
        "a@example.com",
        root.replace("m.0189", "m.0188"),
        root.replace("@", "0@"),
        # The tag of the one does not do for the other.
        reply.replace(REMARK.hex, MESSAGE.hex),
        reply.replace(f".{REMARK.hex}", ""),
        token[:-1] + other,
        token[:-1],
        "a" * 36,
        "7" * 36,
        "x" * 10_000,
    ):
        assert thread.message_of(written) is None, written


def test_what_was_given_out_under_the_key_of_before_still_leads_back(
    configure: Callable[..., Any],
) -> None:
    before = [thread.reply_token(MESSAGE), thread.root_id(MESSAGE)]
    new = {"LEAVEMSG_SECRET_KEY": "n" * 40}
    configure(**new, LEAVEMSG_OTHER_SECRET_KEYS=os.environ["LEAVEMSG_SECRET_KEY"])
    assert [thread.message_of(each) for each in before] == [Ids(MESSAGE)] * 2
    assert thread.message_of(thread.reply_token(MESSAGE)) == Ids(MESSAGE)
    assert thread.reply_token(MESSAGE) != before[0]
    configure(**new)
    assert [thread.message_of(each) for each in before] == [None] * 2
