"""The part `reply_mail` of a configuration."""

from __future__ import annotations

import pytest

from app import channel_settings
from app.configuration import mail
from app.errors import Invalid
from app.tables import Organization
from tests.web.console.test_confirmation import RAW


async def test_it_names_the_channel_and_comes_back_the_same(org: Organization) -> None:
    assert await mail.read(org) == {}
    await channel_settings.add(org.id, RAW, by="tests")
    said = {
        "channel": "Post",
        "answer_to": "hi@shop.example",
        "texts": [{"language": "en", "signature": "Yours"}],
    }
    await mail.write(org, said, "tests")
    assert await mail.read(org) == said
    with pytest.raises(Invalid):
        await mail.write(org, {"channel": "none"}, "tests")
    for wrong in ({"texts": [1]}, {"texts": "x"}, [], {"texts": [{"brand": 3}]}):
        with pytest.raises(Invalid):
            await mail.write(org, wrong, "tests")
