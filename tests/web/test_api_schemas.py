"""The schemas of the configuration."""

from __future__ import annotations

from app import notifications
from web import api_schemas


def test_what_is_common_to_all_channels_is_there_once_for_each() -> None:
    defined = api_schemas.components()

    for each in defined["Notification"]["oneOf"]:
        properties = defined[each["$ref"].rpartition("/")[2]]["properties"]
        assert properties.items() >= api_schemas.COMMON.items()
        assert properties["health"]["readOnly"] is True


def test_no_key_of_a_channel_is_forgotten() -> None:
    assert {*api_schemas.COMMON, "health"} == set(notifications.COMMON)


def test_a_configuration_may_say_only_what_changes() -> None:
    assert "required" not in api_schemas.components()["NewConfiguration"]
