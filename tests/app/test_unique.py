"""Values that only one row may have: whoever writes them is ready for one that is taken.

A unique index refuses a row by undoing the whole transaction, with everybody else's work in it. So
each index here has its answer, and a new index needs one, too.
"""

from __future__ import annotations

import asyncio

import pytest

from app import (
    database,
    fields,
    presence,
    widget,
)
from app.errors import Conflict, Invalid
from app.fields import Form, versions
from app.people import agents, organizations
from app.tables import Agent, Organization
from app.widget.seen import record

RANDOM = {
    "session.token_hash": "256 random bits",
    "account_link.code_hash": "256 random bits",
    "spent_challenge.mark": "256 random bits, and who answers one again is refused",
    "remembered_device.account,mark_hash": "256 random bits of one browser",
    "token.public_id": "62 random bits, typed by an admin who can try again",
}
ANSWERED = {
    "organization.slug": "test_two_who_make_the_same_organization_get_one",
    "account.email": "test_an_address_that_has_an_account_is_named",
    "agent.organization,account": "people/test_agents.py",
    "brand.slug": "brands/test_change.py",
    "message.organization,reference": "messages/test_leave.py",
    "kept_answer.mark": "people/test_kept_answers.py",
    "received_mail.organization,mark": "mail/test_settle.py",
    "message.organization,submission_id": "messages/test_leave.py",
    "authenticator.account": "people/factors/test_totp.py",
    "passkey.credential": "people/factors/test_passkeys.py",
    "looker.message,agent": "messages/test_lookers.py",
    "tag.organization,name": "messages/test_acts.py",
    "tagging.message,tag": "messages/test_acts.py",
    # With two terms: the agent or else the channel, the event or else the message.
    "delivery.message,purpose": "deliveries/test_owe.py",
    "form_version.organization,number": "test_two_who_begin_a_draft_at_once",
    "presence_rule.brand": "test_two_who_write_the_first_row_at_once",
    "presence_report.organization,source,who": "test_two_who_write_the_first_row_at_once",
    "audit.organization,number": "people/audit/test_chain.py",
    "bad_try.organization,action,target": "people/audit/test_tries.py",
    "audit_head.organization": "people/audit/test_chain.py",
    "kept_days.organization": "overview/test_kept.py",
    "day_sum.organization,day": "overview/test_kept.py",
    "linked_identity.provider,realm,subject": "single_sign_on/test_identities.py",
    "widget.brand": "test_two_who_write_the_first_row_at_once",
    "widget_host.brand,origin": "test_two_who_write_the_first_row_at_once",
    "form_day.organization,day": "overview/test_funnel.py",
    "announcement.report,period": "reports/test_make.py",
}


async def _indexes() -> set[str]:
    """table.columns of every unique index that is not the primary key's."""
    if isinstance(database.engine(), database.SQLite):
        rows = await database.rows(
            dict,
            "SELECT t.name AS tab, group_concat(c.name) AS columns FROM sqlite_master t"
            " JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c"
            " WHERE t.type = 'table' AND i.\"unique\" = 1 AND i.origin <> 'pk'"
            " GROUP BY t.name, i.name",
        )
    else:
        rows = await database.rows(
            dict,
            "SELECT t.relname AS tab, string_agg(a.attname, ',' ORDER BY k.place) AS columns"
            " FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid"
            " JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'"
            " CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)"
            " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number"
            " WHERE i.indisunique AND NOT i.indisprimary GROUP BY t.relname, i.indexrelid",
        )
    return {f"{row['tab']}.{row['columns']}" for row in rows}


async def test_every_unique_index_has_its_answer(db: str) -> None:
    assert await _indexes() == set(RANDOM) | set(ANSWERED)


async def test_two_who_make_the_same_organization_get_one(db: str) -> None:
    made = await asyncio.gather(*(organizations.create("shop", "Shop") for _ in range(4)))
    assert len({each.id for each in made}) == 1


async def test_an_address_that_has_an_account_is_named(org: Organization, owner: Agent) -> None:
    with pytest.raises(Invalid) as caught:
        await agents.create(org.id, email=owner.email, password="correct horse 9")
    assert [each.pointer for each in caught.value.problems] == ["/email"]


async def test_two_who_begin_a_draft_at_once(org: Organization) -> None:
    """One of them is told, or both have changed one draft: never a fault of ours."""

    def same(form: Form) -> Form:
        return form

    done = await asyncio.gather(
        *(versions.edit(org.id, same) for _ in range(4)), return_exceptions=True
    )
    assert all(isinstance(each, Form | Conflict) for each in done)
    assert await fields.draft(org.id) is not None


async def test_two_who_write_the_first_row_at_once(org: Organization, owner: Agent) -> None:
    done = await asyncio.gather(
        *(presence.switch(owner, True) for _ in range(3)),
        *(presence.set_rule(org.id, "hours", by="x") for _ in range(3)),
        *(widget.save(org.id, {"label": "留言"}, by="x") for _ in range(3)),
        *(record(org.id, "https://shop.example") for _ in range(3)),
        return_exceptions=True,
    )
    assert [each for each in done if isinstance(each, Exception)] == []
