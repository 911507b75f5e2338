"""Right message and right words, whatever program wrote the answer."""

from __future__ import annotations

import re

from app.mail.read.mail import read
from tests.app.mail.read import corpus, further

SPACE = re.compile(r"\s+")


def same(one: str, other: str) -> bool:
    return SPACE.sub("", one) == SPACE.sub("", other)


def test_answers_of_all_programs_are_read_rightly() -> None:
    letters = [*corpus.letters(), *corpus.letters(further.SHAPES)]
    assert len(letters) >= 400
    lost, wrong = [], []
    for letter in letters:
        mail = read(letter.raw)
        if corpus.ROOT not in mail.references or mail.sender not in letter.raw.decode("latin-1"):
            lost.append(letter.name)
        if mail.sender_name != "张三" or "报价" not in mail.subject or mail.kind != "mail":
            lost.append(f"{letter.name}: {mail.sender_name} {mail.subject} {mail.kind}")
        if not same(mail.said, letter.said):
            wrong.append(f"{letter.name}: {mail.said!r}")
    assert lost == []
    assert len(wrong) <= len(letters) * 0.02, "\n".join(wrong)
