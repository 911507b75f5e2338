"""What stands before a form against spam."""

from __future__ import annotations

from app.messages import guards
from app.people import audit
from app.tables import Organization


async def test_at_first_no_word_is_blocked_and_nobody_calculates(org: Organization) -> None:
    found = await guards.read(org.id)
    assert (found.blocked_words, found.proof_of_work) == ("", org.proof_of_work)


async def test_words_are_kept_once_and_tidy(org: Organization, other_org: Organization) -> None:
    await guards.block_words(org.id, ["  casino ", "casino", "", "免费 加微信"], by="owner")
    assert (await guards.read(org.id)).blocked_words == "casino\n免费 加微信"
    assert (await guards.read(other_org.id)).blocked_words == ""
    assert [each.action for each in await audit.of(org.id, org.id)][-1:] == [
        "form.blocked_words_changed"
    ]


async def test_the_calculation_is_switched_and_noted(org: Organization) -> None:
    for on in (True, False):
        await guards.ask_proof_of_work(org.id, on, by="owner")
        assert (await guards.read(org.id)).proof_of_work is on
    assert [each.action for each in await audit.of(org.id, org.id)][-2:] == [
        "form.proof_of_work_on",
        "form.proof_of_work_off",
    ]
