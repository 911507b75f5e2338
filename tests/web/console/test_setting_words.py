"""What differs in the settings, in words: every key has its own, in each language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import inspect

from app.catalogue import say
from app.channel_settings.entry import Common
from app.configuration.differ import Difference
from app.fields.shape import Form
from app.history.states import PARTS
from app.hours.schedule import Schedule
from app.languages import LANGUAGES, SOURCE
from app.messages.outcomes import Outcomes
from app.reports.shape import Setting
from app.rota.shape import Rota
from app.rules.reminders import Reminders
from app.rules.shape import Rules
from app.targets.shape import Targets
from app.widget.setup import Setup
from web.console import setting_words
from web.console.setting_words import KEYS, VALUES, lines, said

SHAPES = (Common, Form, Schedule, Outcomes, Reminders, Rota, Rules, Targets, Setup, Setting)
NEVER_SHOWN = {"uid", "key", "identity", "number", "chains", "rate_limit_per_minute"}
"""Lists stand for their entries, and the rate has the words of the limits' page."""


def keys(kind: Any) -> Iterator[str]:
    if isinstance(kind, inspect.StructType):
        for field in kind.fields:
            yield field.encode_name
            yield from keys(field.type)
    elif isinstance(kind, inspect.ListType | inspect.VarTupleType):
        yield from keys(kind.item_type)
    elif isinstance(kind, inspect.DictType):
        yield from keys(kind.value_type)
    elif isinstance(kind, inspect.UnionType):
        for each in kind.types:
            yield from keys(each)


def test_every_key_of_the_settings_has_words() -> None:
    found = {key for shape in SHAPES for key in keys(inspect.type_info(shape))}
    assert sorted(found - set(KEYS) - NEVER_SHOWN) == []


def test_every_part_has_a_name() -> None:
    assert set(setting_words.PARTS) == set(PARTS)


@pytest.mark.parametrize("locale", [each for each in LANGUAGES if each != SOURCE])
def test_words_are_translated(locale: str) -> None:
    texts = [*KEYS.values(), *(text for values in VALUES.values() for text in values.values())]
    assert [text for text in texts if say(locale, text) == text] == []


def of(*path: str, change: Any = "changed", before: Any = None, after: Any = None) -> str:
    [found] = lines("en", [Difference(path=path, change=change, before=before, after=after)])
    return f"{found.where}: {found.how}"


def test_differences_are_said_as_one_would_say_them() -> None:
    assert of("widget", "side", before="left", after="right") == "Side: Left → Right"
    assert of("limits", "rate_limit_total_per_minute", before=None, after=5).endswith("nothing → 5")
    assert of("rules", "mode", change="added", after="first").startswith("Which of the matching")
    assert of("rules", "rules", "VIP", change="removed", before={"name": "VIP"}) == (
        "Rules › VIP: removed: VIP"
    )
    assert of("hours", "weekly", "mon", before=[], after=[{"start": "09:00", "end": "18:00"}]) == (
        "Week › Monday: nothing → 09:00–18:00"
    )
    assert of("channels", "CRM", "headers", "X-Key", before="(secret)", after="(secret)").endswith(
        "another secret; it is not kept"
    )
    assert of("phrases", change="moved", before=["a", "b"], after=["b", "a"]) == (
        "Canned replies: now in the order b, a"
    )
    assert of("form", "fields", "name", "required", change="removed", before=True).endswith("yes")


def test_a_long_value_is_cut_and_a_dict_is_told_by_its_words() -> None:
    assert len(said("en", "长" * 500)) == setting_words.ENOUGH
    assert said("en", {"outside_office_hours": True}) == "Outside of office hours: yes"
    assert said("zh-CN", {"zh-CN": "姓名", "en": "Name"}) == "姓名"
