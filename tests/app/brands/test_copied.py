"""A brand that begins as another is."""

from __future__ import annotations

import pytest

from app import presence
from app.brands.copied import add_like
from app.brands.shape import first
from app.brands.stored import all_now
from app.errors import Invalid
from app.fields import change, versions
from app.tables import Organization
from app.widget import change as widget
from app.widget.setup import read_now

BY = "owner@shop.example"
WEEK = {"mon": [["09:00", "18:00"]]}


async def test_it_has_form_look_and_hours_but_not_the_sites_and_the_secret(
    org: Organization,
) -> None:
    key = await change.add(org.id, "text", by=BY)
    await versions.publish(org.id, by=BY)
    look = {"phone": "400 800 1234", "accent": "#aa0000", "hosts": "https://shop.example"}
    await widget.save(org.id, look, by=BY)
    await widget.replace_identity(org.id, on=True, by=BY)
    await presence.set_rule(org.id, "hours", by=BY)
    await presence.set_week(org, timezone="Asia/Tokyo", weekly=WEEK, by=BY)

    made = await add_like(org, "tea", "茶馆", first(org), by=BY)
    form = await versions.published_now(made.id)
    assert (form.number, form.field(key) is not None) == (2, True)
    setup = await read_now(made.id)
    assert (setup.phone, setup.accent, setup.hosts, setup.identity) == (
        "400 800 1234",
        "#aa0000",
        (),
        "",
    )
    facts = await presence.read(org, brand=made.id)
    assert (facts.rule, facts.schedule) == ("hours", (await presence.read(org)).schedule)


async def test_without_another_it_begins_as_an_organization_does(org: Organization) -> None:
    await widget.save(org.id, {"phone": "400 800 1234"}, by=BY)
    made = await add_like(org, "tea", "茶馆", None, by=BY)
    assert (await read_now(made.id)).phone == ""
    assert (await versions.published_now(made.id)).number == 0


async def test_what_cannot_be_leaves_nothing_behind(org: Organization) -> None:
    with pytest.raises(Invalid):
        await add_like(org, "default", "茶馆", first(org), by=BY)
    assert len(await all_now(org)) == 1
