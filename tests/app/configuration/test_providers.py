"""Sign-in providers as a document has them: their secrets by reference, nothing of them shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.configuration import export, plan, providers
from app.configuration.hidden import Hidden
from app.configuration.references import Source
from app.errors import Invalid
from app.single_sign_on import providers as stored
from app.tables import Organization

WECOM = {
    "kind": "wecom",
    "name": "企业微信",
    "client_id": "ww1234567890abcdef",
    "agent": "1000002",
    "secret": "env:WECOM_SIGN_IN",
}
SOURCE = Source(environment={"WECOM_SIGN_IN": "s" * 43}, folder=Path("/nonexistent"))
KEEPS = Source(environment={}, folder=Path("/nonexistent"), keep_stored=True)


async def write(org: Organization, raw: Any, source: Source = SOURCE) -> None:
    await providers.write_all(org, raw, source, "tests")


async def test_what_is_listed_is_all_that_there_is(org: Organization) -> None:
    await write(org, [WECOM, {**WECOM, "name": "Other", "enabled": False}])
    found = await stored.of(org.id)
    assert [(each.config.name, each.enabled) for each in found] == [
        ("企业微信", True),
        ("Other", False),
    ]
    assert (await stored.whole(org.id, found[0].uid)).secret == "s" * 43
    await write(org, [{**WECOM, "role": "viewer"}], KEEPS)
    [left] = await stored.of(org.id)
    assert (left.uid, left.config.role) == (found[0].uid, "viewer")
    assert (await stored.whole(org.id, left.uid)).secret == "s" * 43


async def test_a_secret_is_read_hidden_and_exported_as_a_variable(org: Organization) -> None:
    await write(org, [WECOM])
    [said] = await providers.read(org)
    assert isinstance(said["secret"], Hidden)
    document, variables = await export.export(org, ("providers",))
    assert "s" * 43 not in str(document)
    assert document["providers"][0]["secret"] == "env:SIGN_IN_1_SECRET"
    assert variables == ["SIGN_IN_1_SECRET"]
    same = await plan.plan(org, document, KEEPS)
    assert same.differences == []


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ({}, ""),
        (["x"], "/0"),
        ([{**WECOM, "secret": "env:NOT_SET"}], "/0/secret"),
        ([WECOM, WECOM], "/1/name"),
        ([{**WECOM, "shape": 1}], "/0/shape"),
        ([{**WECOM, "kind": "unheard-of"}], "/0/kind"),
    ],
)
async def test_faults_have_their_place_and_change_nothing(
    org: Organization, raw: Any, at: str
) -> None:
    with pytest.raises(Invalid) as error:
        await plan.plan(org, {"providers": raw}, SOURCE)
    assert error.value.problems[0].pointer == f"/providers{at}"
    assert await stored.of(org.id) == []


def test_an_entry_has_every_key_of_a_provider() -> None:
    names = set(providers.Entry.__struct_fields__)
    assert names - {"uid", "secret", "enabled"} == set(providers.Config.__struct_fields__)
    assert msgspec.structs.fields(providers.Entry)
