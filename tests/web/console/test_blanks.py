"""The blanks of each kind's form."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.channels import kinds
from app.errors import Invalid
from web.console import blanks, filled
from web.http import words


def leaves(cls: Any, prefix: str = "") -> set[str]:
    """Every place of a kind's JSON."""
    found: set[str] = set()
    described = msgspec.inspect.type_info(cls)
    assert isinstance(described, msgspec.inspect.StructType)
    for field in described.fields:
        inner = field.type.type if isinstance(field.type, msgspec.inspect.Metadata) else field.type
        options = inner.types if isinstance(inner, msgspec.inspect.UnionType) else [inner]
        nested = [each for each in options if isinstance(each, msgspec.inspect.StructType)]
        path = prefix + field.encode_name
        found |= leaves(nested[0].cls, f"{path}/") if nested else {path}
    return found


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_setting_of_a_kind_has_its_blank(kind: str) -> None:
    assert {blank.path for blank in blanks.blanks(kind)} == leaves(kinds.KINDS[kind])


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_choice_is_one_of_the_kind_s(kind: str) -> None:
    for blank in blanks.blanks(kind):
        for value, _ in blank.choices:
            raw = filled.raw(kind, {**filled.blank_form(kind), blank.path: value}, {})
            with pytest.raises(Invalid) as refused:
                kinds.parse({**raw, "nonsense": 1})
            assert f"/{blank.path}" not in {p.pointer for p in refused.value.problems}


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_what_is_required_comes_first(kind: str) -> None:
    further = [blank.further for blank in blanks.blanks(kind)]

    assert further == sorted(further)
    assert not any(blank.required and blank.further for blank in blanks.blanks(kind))


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_secret_of_a_kind_is_typed_and_never_shown(kind: str) -> None:
    secret = {"/".join(path).removesuffix("/*") for path in kinds.KINDS[kind].secret_fields}
    hidden = {b.path for b in blanks.blanks(kind) if b.control in {"secret", "pairs"}}

    assert secret == hidden


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_choice_that_there_is_is_offered(kind: str) -> None:
    offered = {
        b.path: {value for value, _ in b.choices}
        for b in blanks.blanks(kind)
        if b.choices and b.control != "checks"
    }
    for path, values in offered.items():
        raw = filled.raw(kind, {**filled.blank_form(kind), path: "nonsense"}, {})
        with pytest.raises(Invalid) as refused:
            kinds.parse(raw)
        [told] = [p.facts for p in refused.value.problems if p.pointer == f"/{path}"]
        assert values == set(told["known"].split(", "))


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_is_explained_in_both_languages(kind: str) -> None:
    said = [kinds.KINDS[kind].label, kinds.KINDS[kind].purpose, *kinds.KINDS[kind].steps]

    assert len(kinds.KINDS[kind].steps) >= 3
    assert [each for each in said if words.say("zh-CN", each) == each] == []
