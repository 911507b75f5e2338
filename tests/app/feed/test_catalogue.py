"""The catalogue is what is written."""

from __future__ import annotations

import re

import msgspec
import pytest

from app.channels.events import EventEndpoint
from app.feed.catalogue import NAMES, TYPES, ChannelData, MessageData, Type, example
from tests.documents import read, table, tables


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_the_example_of_a_type_fits_its_shape(kind: Type) -> None:
    msgspec.convert(example(kind)["data"], kind.data)


def test_the_document_names_every_type() -> None:
    assert [row[0].strip("`") for row in table(read("docs/events.md"))] == list(NAMES)


def test_the_document_says_what_the_data_of_a_type_has_besides() -> None:
    for (_, _, also), kind in zip(table(read("docs/events.md")), TYPES, strict=True):
        usual = {"message": MessageData, "channel": ChannelData}[kind.name.partition(".")[0]]
        more = set(kind.data.__struct_fields__) - set(usual.__struct_fields__)
        assert set(re.findall(r"`(\w+)`", also)) == more, kind.name


def test_the_document_names_every_key_of_an_endpoint() -> None:
    rows = tables(read("docs/events.md"))[1]
    named = {key for row in rows for key in re.findall(r"`(\w+)`", row[0])}
    of_channels = {"rate_limit_per_minute"}
    assert named == set(EventEndpoint.__struct_fields__) | of_channels
