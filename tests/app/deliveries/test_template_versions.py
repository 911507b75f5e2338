"""Templates keep their history, and an organization may have its own for a kind."""

import uuid

import pytest

from app import channel_settings, database
from app.deliveries import Courier, template_versions
from app.errors import Invalid, NotFound
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, add, courier, fakes, leave, settled
from tests.fakes.vendors import FakeVendors

__all__ = ["add", "courier", "fakes", "leave"]


async def test_the_organizations_template_serves_a_channel_without_its_own(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("wecom", fakes.add_bot("wecom", "plain"))
    await add("wecom", fakes.add_bot("wecom", "own"), template="own {{ message.content }}")
    await template_versions.save(org.id, "wecom", "ours {{ message.content }}", by="tests")
    await leave("hello")
    await settled(courier, org)
    assert "ours hello" in fakes.calls("wecom", "plain")[0].raw.decode()
    assert "own hello" in fakes.calls("wecom", "own")[0].raw.decode()


async def test_an_unknown_variable_is_refused_with_a_suggestion(org: Organization) -> None:
    with pytest.raises(Invalid) as caught:
        await template_versions.save(org.id, "wecom", "{{ visitor.nmae }}", by="tests")
    (problem,) = caught.value.problems
    assert problem.facts["suggestion"] == "visitor.name"


async def test_a_visitor_in_a_link_is_refused_but_in_the_plain_text_of_a_mail(
    org: Organization,
) -> None:
    text = "{{visitor.name}} <{{visitor.email}}>"

    with pytest.raises(Invalid) as caught:
        await template_versions.save(org.id, "wecom", text, by="t")
    await template_versions.save(org.id, "email", text, by="t")

    assert [each.code for each in caught.value.problems] == ["template_place"]


async def test_the_newest_version_leads_and_the_same_text_is_no_version(org: Organization) -> None:
    for text in ("one", "two", "two"):
        await template_versions.save(org.id, "wecom", text, by="tests")
    assert [each.text for each in await template_versions.history(org.id, "wecom")] == [
        "two",
        "one",
    ]


async def test_the_last_saved_is_in_force_whatever_the_clock_of_the_process_says(
    org: Organization,
) -> None:
    await template_versions.save(org.id, "wecom", "first", by="tests")
    # An id begins with the time of whoever made it; the database has its own.
    ahead = uuid.UUID(int=(1 << 128) - 1)
    await database.execute("UPDATE template_version SET id = ?", ahead)
    await template_versions.save(org.id, "wecom", "second", by="tests")

    assert await template_versions.of_kinds(org.id) == {"wecom": "second"}
    assert [each.text for each in await template_versions.history(org.id, "wecom")] == [
        "second",
        "first",
    ]


async def test_twenty_versions_are_kept(org: Organization) -> None:
    for number in range(25):
        await template_versions.save(org.id, "wecom", f"text {number}", by="tests")
    history = await template_versions.history(org.id, "wecom")
    assert [history[0].text, len(history)] == ["text 24", template_versions.KEPT]


async def test_an_old_version_is_restored_by_saving_it_again(org: Organization) -> None:
    for text in ("one", "two"):
        await template_versions.save(org.id, "wecom", text, by="tests")
    old = (await template_versions.history(org.id, "wecom"))[-1]
    again = await template_versions.version(org.id, old.uid)
    await template_versions.save(org.id, "wecom", again.text, by="tests")
    assert (await template_versions.of_kinds(org.id))["wecom"] == "one"


async def test_a_channels_template_has_its_history_too(
    org: Organization, fakes: FakeVendors, add: Add
) -> None:
    uid = await add("wecom", fakes.add_bot("wecom", "k"), template="one")
    await channel_settings.change(org.id, uid, {"template": "two"}, by="tests")
    import uuid

    history = await template_versions.history(org.id, "wecom", uuid.UUID(uid))
    assert [each.text for each in history] == ["two", "one"]


async def test_another_organizations_version_is_not_there(
    org: Organization, other_org: Organization
) -> None:
    await template_versions.save(org.id, "wecom", "ours", by="tests")
    (own,) = await template_versions.history(org.id, "wecom")
    with pytest.raises(NotFound):
        await template_versions.version(other_org.id, own.uid)
