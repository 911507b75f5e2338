"""Phrases: whose they are, what is filled in, and what cannot be."""

from __future__ import annotations

import pytest

from app import messages
from app.errors import Invalid, NotFound
from app.fields.check import Answers
from app.messages import Visit, phrases
from app.messages.owned import Who
from app.people import agents, audit
from app.tables import Agent, Organization


@pytest.fixture
def boss(owner: Agent) -> Who:
    return Who(agent=owner.id, is_admin=True, by="Boss")


@pytest.fixture
async def li(org: Organization) -> Who:
    agent = await agents.create(org.id, email="li@shop.example", password="correct horse 9")
    return Who(agent=agent.id, is_admin=False, by="Li")


async def titles(org: Organization, who: Who) -> list[str]:
    return [each.title for each in await phrases.of(org.id, who.agent)]


async def test_own_ones_are_their_maker_s_and_shared_ones_the_team_s(
    org: Organization, other_org: Organization, boss: Who, li: Who
) -> None:
    own = await phrases.add(org.id, " 我的 ", "谢谢", shared=False, who=li)
    ours = await phrases.add(org.id, "B", "b", shared=True, who=li)
    theirs = await phrases.add(org.id, "A", "a", shared=True, who=boss)
    assert await titles(org, li) == ["我的", "A", "B"]
    assert await titles(org, boss) == ["A", "B"]
    assert await phrases.of(other_org.id, li.agent) == []

    for uid, who in ((own, boss), (theirs, li)):
        with pytest.raises(NotFound):
            await phrases.change(org.id, uid, who=who, title="mine now")
    with pytest.raises(NotFound):
        await phrases.remove(other_org.id, ours, who=boss)
    await phrases.change(org.id, ours, who=boss, text="c", shared=False)
    found = await phrases.one(org.id, ours, li)
    assert (found.title, found.text, found.shared) == ("B", "c", True)
    await phrases.change(org.id, ours, who=li, shared=False)
    assert await titles(org, boss) == ["A"]
    await phrases.remove(org.id, own, who=li)
    assert await titles(org, li) == ["B", "A"]
    assert [each.action for each in await audit.of(org.id, own)] == []
    assert await audit.of(org.id, theirs)


async def test_there_is_a_most_also_of_what_is_given_to_the_team(
    org: Organization, boss: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phrases, "PHRASES_MAX", 1)
    ours = await phrases.add(org.id, "A", "a", shared=True, who=boss)
    own = await phrases.add(org.id, "B", "b", shared=False, who=boss)
    with pytest.raises(Invalid):
        await phrases.change(org.id, own, shared=True, who=boss)
    await phrases.remove(org.id, ours, who=boss)
    await phrases.change(org.id, own, shared=True, who=boss)
    assert [each.action for each in await audit.of(org.id, own)] == ["phrase.changed"]


@pytest.mark.parametrize(
    ("title", "text", "expected", "suggestion"),
    [
        (" ", "x", ("/title", "required"), ""),
        ("x" * 65, "x", ("/title", "too_long"), ""),
        ("x", "\n", ("/text", "required"), ""),
        ("x", "x" * 2001, ("/text", "too_long"), ""),
        ("x", "hello {nmae}", ("/text", "unknown_variable"), "{name}"),
        ("x", "hello {姓}", ("/text", "unknown_variable"), ""),
    ],
)
async def test_what_cannot_be_used_is_refused_with_what_was_meant(
    org: Organization,
    boss: Who,
    title: str,
    text: str,
    expected: tuple[str, str],
    suggestion: str,
) -> None:
    with pytest.raises(Invalid) as error:
        await phrases.add(org.id, title, text, shared=True, who=boss)
    (problem,) = error.value.problems
    assert (problem.pointer, problem.code) == expected
    assert problem.facts.get("suggestion", "") == suggestion


async def test_it_is_filled_from_the_message_and_what_a_visitor_wrote_is_not_filled_again(
    org: Organization, boss: Who, visit: Visit
) -> None:
    given = Answers(content="hi", name="{agent}", phone="13800138000", category="售后服务")
    left = await messages.leave(org, given, visit, submission_id="1")
    text = "{name}，{category}（{reference}）{site} {agent} { name } {}"
    await phrases.add(org.id, "x", text, shared=True, who=boss)
    (found,) = await phrases.of(org.id, boss.agent)
    row = await messages.one(org.id, left.uid)
    said = phrases.filled(found, row, by="Boss")
    assert said == f"{{agent}}，售后服务（{left.reference}）{row.site} Boss {{ name }} {{}}"
    assert found.matches("agent")
    assert not found.matches("nothing of it")
