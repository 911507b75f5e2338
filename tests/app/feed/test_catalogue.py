"""The catalogue is what is written."""

from __future__ import annotations

import msgspec
import pytest

from app.feed.catalogue import NAMES, TYPES, Type, example
from tests.documents import read, table


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_the_example_of_a_type_fits_its_shape(kind: Type) -> None:
    msgspec.convert(example(kind)["data"], kind.data)


def test_the_document_names_every_type() -> None:
    assert [row[0].strip("`") for row in table(read("docs/events.md"))] == list(NAMES)
