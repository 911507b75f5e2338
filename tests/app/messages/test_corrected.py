"""A visitor corrects how they can be reached."""

from __future__ import annotations

import uuid

import pytest

from app import messages
from app.errors import Invalid, NotFound
from app.fields.check import Answers
from app.messages import Visit, Wanted, corrected, withdrawn
from app.tables import Organization


async def test_it_is_found_by_the_new_contact_and_no_more_by_the_old(
    org: Organization, answers: Answers
) -> None:
    left = await messages.leave(org, answers, Visit(), submission_id="s1")
    given = {"phone": "13900139000", "wechat": ""}
    assert await corrected.correct(org.id, left.uid, given, {}) == ["phone"]
    for text, found in (("13900139000", 1), (answers.phone, 0)):
        assert await messages.count(org.id, Wanted(q=text)) == found, text


async def test_it_is_the_visitor_s_alone_while_it_stands_and_not_endless(
    org: Organization,
    answers: Answers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = await messages.leave(org, answers, Visit(), submission_id="s1")
    with pytest.raises(NotFound):
        await corrected.correct(uuid.uuid4(), left.uid, {}, {})
    await withdrawn.withdraw(org.id, left.uid)
    assert await corrected.correct(org.id, left.uid, {"name": "王"}, {}) == []
    await withdrawn.resume(org.id, left.uid)
    monkeypatch.setattr(corrected, "MOST", 1)
    assert await corrected.correct(org.id, left.uid, {"name": "王"}, {}) == ["name"]
    with pytest.raises(Invalid):
        await corrected.correct(org.id, left.uid, {"name": "李"}, {})
