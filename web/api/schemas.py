"""JSON Schemas of the configuration, generated from the kinds of channels, and of what a Struct
cannot express."""

from __future__ import annotations

from typing import Any

import msgspec

from app.channel_settings.changing import CHANNELS_MAX
from app.channel_settings.entry import (
    AFTER_MAX,
    NAME_MAX,
    PRIORITIES,
    RATE_MAX,
)
from app.channel_settings.limits import WINDOW_MAX
from app.channels.kinds import KINDS
from app.channels.secrecy import HIDDEN
from app.notices.disclosed import SHOWS
from app.presence import TTL, TTL_MAX

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


CONFIGURATION = ref("Configuration")
NEW_CONFIGURATION = ref("NewConfiguration")
# The whole configuration, or the one channel that was asked for.
ONE_OR_ALL = {"oneOf": [CONFIGURATION, ref("SavedChannel")]}
WHAT_TO_TEST = {"oneOf": [ref("Nothing"), ref("ChannelUid"), ref("Channel")]}

AS_WRITTEN: Schema = {
    "type": "object",
    "description": "As in the configuration file, without what is the default.",
}
FORM, HOURS, CHANNEL_CHANGES = ref("FormSettings"), ref("HoursSettings"), ref("ChannelChanges")
PRESENCE, DOCUMENT = ref("PresenceReport"), ref("OpenApiDocument")
UID: Schema = {
    "type": "string",
    "format": "uuid",
    "description": "The channel. Left out, one of the same type and target is updated.",
}
LIMIT: Schema = {"type": ["integer", "null"], "minimum": 0, "maximum": RATE_MAX}
# None has a `default`: of a channel that is there, what is left out stays as it is.
COMMON: Schema = {
    "uid": UID,
    "name": {"type": "string", "maxLength": NAME_MAX, "description": "For people."},
    "enabled": {"type": "boolean", "description": "`true` if left out of a new one."},
    "priority": {
        "type": "string",
        "enum": [*PRIORITIES],
        "description": "`normal` if left out of a new one.",
    },
    "rate_limit_per_minute": {
        **LIMIT,
        "description": "null: the organization's; 0: no limit but the platform's.",
    },
    "template": {"type": "string", "description": "Text with {{ variables }}; empty: ours."},
    "fallback_for": {
        "type": ["string", "null"],
        "format": "uuid",
        "description": "Told only when that channel fails, or is too slow.",
    },
    "fallback_after_seconds": {
        "type": "integer",
        "minimum": 0,
        "maximum": AFTER_MAX,
        "description": "How long is too slow; 600 if left out of a new one.",
    },
    "quiet_hours": {"anyOf": [ref("QuietHours"), {"type": "null"}]},
    "one_tap": {
        "type": "boolean",
        "description": "Its notices have links that claim, handle, reply or mark as spam, without "
        "sign-in; `true` if left out of a new one.",
    },
    "only_high": {
        "type": "boolean",
        "description": "It is told of messages of high priority only.",
    },
    "shows": {
        "type": "string",
        "enum": [*SHOWS],
        "description": "What its notices say of a message: all (in a new one), all with contacts "
        "masked, or only that it came, with its number, category and link.",
    },
    "same_as": {
        "type": ["string", "null"],
        "format": "uuid",
        "readOnly": True,
        "description": "Another channel that leads to the same place.",
    },
    "on_when_tested": {
        "type": "boolean",
        "readOnly": True,
        "description": "Off, and switched on by the first test that is accepted.",
    },
}
ARCHIVED: Schema = {
    "type": "array",
    "readOnly": True,
    "description": "Channels that were not listed any more and are archived now, if there are any.",
    "items": ref("ArchivedChannel"),
}
ARCHIVED_CHANNEL: Schema = {
    "type": "object",
    "properties": {
        "uid": {"type": "string", "format": "uuid"},
        "type": {"type": "string"},
        "name": {"type": "string"},
    },
}
QUIET_HOURS: Schema = {
    "type": "object",
    "properties": {
        "from": {"type": ["string", "null"], "description": "A time like 22:00."},
        "to": {"type": ["string", "null"], "description": "A time like 08:00."},
        "outside_office_hours": {"type": "boolean", "default": False},
    },
    "additionalProperties": False,
    "description": "What can wait is told when they end, as a digest. High priority passes.",
}
MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
HEALTH: Schema = {
    "type": "object",
    "readOnly": True,
    "properties": {
        "state": {"type": "string", "enum": ["ok", "failing", "untested", "off", "paused"]},
        "last_ok_at": MOMENT,
        "last_error_at": MOMENT,
        "last_error_code": {"type": "string"},
        "last_error": {"type": "string"},
        "hint": {
            "type": ["string", "null"],
            "description": "What to do, in the caller's language.",
        },
        "failures": {"type": "integer"},
        "failing_since": MOMENT,
        "paused_until": MOMENT,
        "tested_at": MOMENT,
        "received_at": MOMENT,
        "checked_at": {
            **MOMENT,
            "description": "When it was last looked at without a notice, which happens to a mail "
            "server, and a custom webhook with `ping`, that nothing was sent through for a week.",
        },
        "secret_at": {**MOMENT, "description": "When one of its secrets was last set."},
        "certificate_until": {
            **MOMENT,
            "description": "When the certificate of the other side ends, which the last look or "
            "test of a mail server or a custom webhook saw.",
        },
        "unproven": {
            "type": "boolean",
            "description": "It worked, and nothing of the last week says that it still does.",
        },
        "received_by": {
            "type": "string",
            "description": "Who saw a test arrive, or `link` for whoever followed the link in the "
            "test.",
        },
        "missed": {
            "type": "integer",
            "description": "Messages still waiting for an answer of which it was not told, for a "
            "trouble of its own. `POST /deliveries/replay` with `missed` sends them.",
        },
    },
}
ORGANIZATION_LIMITS: Schema = {
    "rate_limit_per_minute": {
        "type": "integer",
        "minimum": 0,
        "maximum": RATE_MAX,
        "description": "Sends of a channel in any 60 seconds, 10 at first; 0: no limit but the "
        "platform's.",
    },
    "rate_limit_total_per_minute": {**LIMIT, "description": "Over all channels; null or 0: none."},
    "dedup_window_seconds": {
        "type": "integer",
        "minimum": 0,
        "maximum": WINDOW_MAX,
        "description": "How long the same content is told once, 600 at first; 0: never merged.",
    },
}


PRESENCE_REPORT: Schema = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "agents_online": {
            "type": "integer",
            "minimum": 0,
            "description": "How many are online in all. Not together with `agent`.",
        },
        "agent": {"type": "string", "maxLength": 64, "description": "One agent, by your own name."},
        "state": {"enum": ["online", "offline"], "description": "The state of `agent`."},
        "overloaded": {
            "type": "boolean",
            "description": "True shows the form though agents are online.",
        },
        "ttl": {
            "type": "integer",
            "minimum": 1,
            "maximum": TTL_MAX,
            "default": TTL,
            "description": "Seconds after which this is worth nothing: nobody knows, so offline.",
        },
    },
}


def components() -> Schema:
    """The schemas that `ref` names, by name."""
    senders, defined = msgspec.json.schema_components(
        list(KINDS.values()), ref_template="#/components/schemas/{name}"
    )
    names = [schema["$ref"].rpartition("/")[2] for schema in senders]
    for name, kind in zip(names, KINDS.values(), strict=True):
        properties = defined[name]["properties"]
        properties |= COMMON | {"health": ref("ChannelHealth")}
        for key in {path[0] for path in kind.secret_fields} & properties.keys():
            properties[key] = _secret(properties[key])
    either = {
        "oneOf": [ref(name) for name in names],
        "discriminator": {
            "propertyName": "type",
            "mapping": {kind: ref(name)["$ref"] for kind, name in zip(KINDS, names, strict=True)},
        },
    }
    return {
        **defined,
        "Channel": {
            **either,
            "description": "One channel: the keys of its type and common ones.",
        },
        "SavedChannel": {**either, "description": "The same with `uid`, secrets masked."},
        "Configuration": _configuration("SavedChannel"),
        "NewConfiguration": _configuration("Channel"),
        "ChannelHealth": HEALTH,
        "QuietHours": QUIET_HOURS,
        "ArchivedChannel": ARCHIVED_CHANNEL,
        "ChannelChanges": {"type": "object", "description": "Some keys of a Channel."},
        "FormSettings": AS_WRITTEN,
        "HoursSettings": AS_WRITTEN,
        "PresenceReport": PRESENCE_REPORT,
        "OpenApiDocument": {"type": "object"},
    }


def _secret(schema: Schema) -> Schema:
    """As it is written, or as it is shown and may come back."""
    if "pattern" not in schema:
        return schema
    return {"anyOf": [schema, {"type": "string", "pattern": f"^{HIDDEN}"}]}


def _configuration(item: str) -> Schema:
    """What is left out of a new one stays as it is."""
    notifications = {"type": "array", "maxItems": CHANNELS_MAX, "items": ref(item)}
    return {
        "type": "object",
        "properties": {
            "notifications": notifications,
            **ORGANIZATION_LIMITS,
            "archived": ARCHIVED,
        },
        "additionalProperties": False,
    }
