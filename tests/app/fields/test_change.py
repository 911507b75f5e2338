"""What an admin does to the draft."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app import fields
from app.errors import Conflict, Invalid, NotFound
from app.fields import Choice, Field, Group, Texts, change, rules
from app.tables import Organization
from tests.app.fields.conftest import Publish, own, with_fields
from tests.texts import texts


async def keys(org: Organization) -> list[str]:
    return [field.key for field in (await fields.working(org.id)).fields]


async def test_fields_are_added_before_what_is_agreed_to(org: Organization) -> None:
    await change.add(org.id, "consent", by="ann")
    await change.add(org.id, "text", by="ann")
    await change.add(org.id, "text", by="ann")

    assert (await keys(org))[-3:] == ["text", "text2", "consent"]


async def test_new_fields_are_called_differently(org: Organization) -> None:
    for kind in ("text", "text", "phone", "radio", "select"):
        await change.add(org.id, kind, by="ann")  # type: ignore[arg-type]
    form = await fields.working(org.id)
    labels = {field.key: field.label for field in form.fields}
    assert labels["text2"] == texts("文本 2", "Text 2")
    assert labels["phone2"] == texts("电话 2", "Phone 2")
    assert [labels[key]["zh-CN"] for key in ("radio", "select")] == ["请选择", "请选择 2"]


@pytest.mark.parametrize(
    "label",
    [texts("字段A", "other"), texts("别的", "A"), texts("", "a")],
    ids=["zh", "en", "en only"],
)
def test_two_fields_that_are_called_the_same_cannot_be_published(label: Texts) -> None:
    (problem,) = rules.problems(with_fields(own("a"), own("b", label=label)))
    assert (problem.pointer, problem.code, problem.facts) == (
        "/b/label_zh-CN",
        "duplicate",
        {"key": "a"},
    )


def test_a_hidden_field_may_be_called_like_another() -> None:
    assert rules.problems(with_fields(own("a"), own("b", "hidden", label=own("a").label))) == []


async def test_a_rule_cannot_ask_for_more_than_it_has(org: Organization) -> None:
    contact = (await fields.working(org.id)).groups[0]
    await change.set_groups(org.id, [msgspec.structs.replace(contact, at_least=2)], {}, by="ann")
    assert rules.problems(await fields.working(org.id)) == []
    await change.remove(org.id, "email", by="ann")
    await change.remove(org.id, "wechat", by="ann")
    (problem,) = rules.problems(await fields.working(org.id))
    assert (problem.pointer, problem.facts) == ("/contact_n", {"n": "2", "members": "1"})
    await change.remove(org.id, "phone", by="ann")
    assert rules.problems(await fields.working(org.id)) == []


async def test_every_text_of_a_rule_has_its_limit(org: Organization) -> None:
    group = Group(key="contact", label=texts("字" * 65), error=texts("", "e" * 201), at_least=0)
    with pytest.raises(Invalid) as caught:
        await change.set_groups(org.id, [group], {}, by="ann")
    pointers = [problem.pointer for problem in caught.value.problems]
    assert pointers == ["/contact_zh-CN", "/contact_error_en", "/contact_n"]


async def test_what_was_changed_meanwhile_is_not_undone(org: Organization) -> None:
    form = await fields.working(org.id)
    field, groups = form.fields[1], form.groups
    seen, seen_groups = fields.mark(field), fields.mark(groups)
    theirs = msgspec.structs.replace(field, required=True)
    await change.save(org.id, field.key, theirs, by="bob", seen=seen)
    await change.set_groups(org.id, [], {}, by="bob", seen=seen_groups)

    with pytest.raises(Conflict):
        await change.save(org.id, field.key, field, by="ann", seen=seen)
    with pytest.raises(Conflict):
        await change.set_groups(org.id, list(groups), {}, by="ann", seen=seen_groups)
    assert (await fields.working(org.id)).fields[1].required


async def test_a_way_to_reach_the_visitor_joins_the_others(org: Organization) -> None:
    await change.remove(org.id, "phone", by="ann")
    assert await change.add(org.id, "phone", by="ann") == "phone"
    assert await change.add(org.id, "wechat", by="ann") == "wechat2"
    form = await fields.working(org.id)
    contacts = ["wechat", "email", "phone", "wechat2"]
    assert [field.key for field in form.members("contact")] == contacts
    assert [field.prefill for field in form.members("contact")][2:] == ["phone", "wechat"]


async def test_fields_move_by_one_and_by_dragging(org: Organization) -> None:
    await change.move(org.id, "name", -1, by="ann")
    assert (await keys(org))[:3] == ["content", "name", "category"]
    await change.move(org.id, "content", -1, by="ann")
    assert (await keys(org))[0] == "content"
    await change.order(org.id, ["email", "phone", "nothing"], by="ann")
    assert (await keys(org))[:2] == ["email", "phone"]


async def test_the_message_itself_stays(org: Organization) -> None:
    with pytest.raises(Conflict):
        await change.remove(org.id, "content", by="ann")
    with pytest.raises(NotFound):
        await change.remove(org.id, "nothing", by="ann")


async def test_a_standard_field_can_go_and_come_back(org: Organization) -> None:
    await change.remove(org.id, "category", by="ann")
    assert "category" not in await keys(org)
    await change.restore(org.id, "category", by="ann")
    assert "category" in await keys(org)


async def test_a_key_stays_once_it_is_published(org: Organization, publish: Publish) -> None:
    await publish(org.id, with_fields(own("a"), own("b", "number")))
    with pytest.raises(Invalid) as caught:
        await change.save(org.id, "a", own("renamed"), by="ann")
    assert caught.value.problems[0].code == "key_fixed"

    await change.remove(org.id, "b", by="ann")
    await change.add(org.id, "text", by="ann")
    with pytest.raises(Invalid) as caught:
        await change.save(org.id, "text", own("b"), by="ann")
    assert caught.value.problems[0].pointer == "/key"


async def test_rules_can_go_and_their_fields_stay(org: Organization) -> None:
    await change.set_groups(org.id, [], {}, by="ann")
    form = await fields.working(org.id)
    assert form.groups == ()
    assert all(field.group == "" for field in form.fields)


async def test_a_field_can_follow_a_new_rule(org: Organization) -> None:
    group = Group(key="group1", label=texts("证件", "Papers"), at_least=1)
    contact = (await fields.working(org.id)).groups[0]
    await change.set_groups(org.id, [contact, group], {"name": "group1"}, by="ann")
    form = await fields.working(org.id)
    assert [field.key for field in form.members("group1")] == ["name"]
    assert len(form.members("contact")) == 3


TWO = (Choice("a"), Choice("b"))


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        (own("Bad"), "/key"),
        (own("token"), "/key"),
        (own("a", label=texts("", "")), "/label_zh-CN"),
        (own("a", label=texts("字" * 65, "")), "/label_zh-CN"),
        (own("a", "radio", choices=(Choice("a"),)), "/choices"),
        (own("a", "select", choices=(Choice("a"), Choice("a"))), "/choices"),
        (own("a", "radio", choices=tuple(Choice(str(n)) for n in range(41))), "/choices"),
        (own("a", "radio", choices=(Choice("字" * 65), Choice("b"))), "/choices"),
        (own("a", preset="own"), "/pattern"),
        (own("a", preset="own", pattern="("), "/pattern"),
        (own("a", min_length=20, max_length=10), "/min_length"),
        (own("a", "number", least=5, most=4), "/most"),
        (own("a", "consent", link="javascript:alert(1)"), "/link"),
    ],
)
def test_a_field_that_cannot_work_is_refused(field: Field, pointer: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.check_field(field)
    assert [problem.pointer for problem in caught.value.problems] == [pointer]


@pytest.mark.parametrize("kind", list(change.LABELS))
def test_every_new_field_works_as_it_comes(kind: Any) -> None:
    rules.check_field(change.new_field(kind, "a", with_fields()))


def test_a_form_has_no_more_inputs_than_a_page_may_send() -> None:
    boxes = own("a", "checkboxes", choices=tuple(Choice(str(n)) for n in range(39)))
    assert rules.problems(with_fields(boxes)) == []
    assert rules.problems(with_fields(boxes, own("b")))[0].code == "too_many"


def test_a_form_survives_being_written_down() -> None:
    form = with_fields(own("a", "radio", choices=TWO, hint=texts("提示", "Hint")))
    again = msgspec.json.decode(msgspec.json.encode(form), type=fields.Form)
    assert again == form
