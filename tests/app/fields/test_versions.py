"""Drafts and published forms, on both databases."""

from __future__ import annotations

import pytest

from app import fields
from app.errors import Conflict, Invalid, NotFound
from app.fields import Form, built_in, change, versions
from app.tables import Audit, FormVersion, Organization
from tests.app.fields.conftest import Publish, own, with_fields
from tests.texts import choice


async def test_an_organization_begins_with_the_built_in_form(org: Organization) -> None:
    assert await fields.published(org.id) is built_in()
    assert await fields.draft(org.id) is None
    assert (await fields.working(org.id)).fields == built_in().fields


async def test_a_draft_is_nobodys_form_until_it_is_published(org: Organization) -> None:
    await change.add(org.id, "text", by="ann")
    assert await versions.published_now(org.id) is built_in()
    assert await fields.publish(org.id, by="ann") == 1

    form = await fields.published(org.id)
    assert form.number == 1
    assert form.field("text") is not None
    assert await fields.draft(org.id) is None


async def test_every_version_stays_as_it_was(org: Organization, publish: Publish) -> None:
    first = await publish(org.id, with_fields(own("a")))
    second = await publish(org.id, with_fields(own("b")))

    assert (first.number, second.number) == (1, 2)
    assert await fields.version(org.id, 1) == first
    assert [each.number for each in await fields.history(org.id)] == [2, 1]
    assert set(await fields.used(org.id)) >= {"a", "b", "content"}


async def test_choices_stored_with_english_beside_them_keep_it(
    org: Organization, publish: Publish
) -> None:
    both, one = choice("甲", "First"), choice("乙", "")
    form = await publish(org.id, with_fields(own("a", "radio", choices=(both, one))))
    stored = versions.encoded(form)
    before = stored.replace('"texts":{"en":"First"}', '"en":"First"')
    assert before != stored
    await FormVersion.update({FormVersion.form: before}, force=True)

    assert await versions.published_now(org.id) == form


async def test_a_draft_cannot_be_asked_for_as_a_version(org: Organization) -> None:
    await change.add(org.id, "text", by="ann")
    with pytest.raises(NotFound):
        await fields.version(org.id, 1)


async def test_discarding_leaves_what_is_published(org: Organization, publish: Publish) -> None:
    form = await publish(org.id, with_fields(own("a")))
    await change.remove(org.id, "a", by="ann")
    await fields.discard(org.id, by="ann")

    assert await fields.working(org.id) == form
    assert await FormVersion.count() == 1


async def test_two_who_change_at_once_do_not_undo_each_other(org: Organization) -> None:
    await change.add(org.id, "text", by="ann")

    async def meanwhile(form: Form) -> None:
        await FormVersion.update({FormVersion.form: versions.encoded(form)}).where(
            FormVersion.organization == org.id
        )

    row = await versions._draft_row(org.id)
    assert row is not None
    await meanwhile(with_fields(own("b")))
    with pytest.raises(Conflict):
        await versions._change(row, {FormVersion.form: versions.encoded(with_fields(own("c")))})
    assert (await fields.working(org.id)).field("b") is not None


async def test_only_the_draft_that_was_seen_is_published_or_thrown_away(org: Organization) -> None:
    await change.add(org.id, "text", by="ann")
    seen = fields.mark(await fields.working(org.id))
    await change.remove(org.id, "category", by="bob")
    with pytest.raises(Conflict):
        await fields.publish(org.id, by="ann", seen=seen)
    with pytest.raises(Conflict):
        await fields.discard(org.id, by="ann", seen=seen)
    await fields.publish(org.id, by="ann", seen=fields.mark(await fields.working(org.id)))
    assert await fields.draft(org.id) is None


async def test_a_form_without_the_message_cannot_be_published(org: Organization) -> None:
    await versions.edit(org.id, lambda _: Form(fields=(own("a"),)))
    with pytest.raises(Invalid) as caught:
        await fields.publish(org.id, by="ann")
    assert caught.value.problems[0].code == "content_needed"


async def test_nobody_sees_anothers_form(
    org: Organization, other_org: Organization, publish: Publish
) -> None:
    await publish(org.id, with_fields(own("a")))

    assert await fields.published(other_org.id) is built_in()
    with pytest.raises(NotFound):
        await fields.version(other_org.id, 1)


async def test_what_is_done_to_the_form_is_in_the_audit(org: Organization) -> None:
    key = await change.add(org.id, "text", by="ann")
    await change.move(org.id, key, -1, by="ann")
    await fields.publish(org.id, by="bob")
    await change.remove(org.id, key, by="bob")
    await fields.discard(org.id, by="bob")

    rows = await Audit.objects().where(Audit.organization == org.id).order_by(Audit.at)
    assert [(row.actor, row.action) for row in rows] == [
        ("ann", "form.field_added"),
        ("ann", "form.reordered"),
        ("bob", "form.published"),
        ("bob", "form.field_removed"),
        ("bob", "form.discarded"),
    ]
