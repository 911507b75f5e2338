"""The schemas of the configuration."""

from __future__ import annotations

import re

from app import channel_settings
from web.api import schemas


def test_what_is_common_to_all_channels_is_there_once_for_each() -> None:
    defined = schemas.components()

    for each in defined["Channel"]["oneOf"]:
        properties = defined[each["$ref"].rpartition("/")[2]]["properties"]
        assert properties.items() >= schemas.COMMON.items()
        assert properties["health"] == schemas.ref("ChannelHealth")


def test_no_key_of_a_channel_is_forgotten() -> None:
    assert {*schemas.COMMON, "health"} == set(channel_settings.COMMON)


def test_a_configuration_may_say_only_what_changes() -> None:
    assert "required" not in schemas.components()["NewConfiguration"]


def test_a_secret_may_be_as_it_is_shown() -> None:
    token = schemas.components()["Twilio"]["properties"]["token"]

    assert [re.search(each["pattern"], "••••0000") is None for each in token["anyOf"]] == [
        True,
        False,
    ]
