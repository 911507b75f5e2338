"""What WeCom answers an app, and what it means."""

from __future__ import annotations

from typing import Any

from app.catalogue import N_
from app.channels import foreign
from app.channels.answers import as_code
from app.channels.outcomes import BY_WORDS, Rule, Table
from app.channels.wecom.answers import AT_ONCE, BUSY, CODES, NOTHING_TO_SEND, UNKNOWN_FORMAT
from app.egress.way import Answer

SENDING = "WeCom's page on app messages, path/90236"

STALE = (40001, 40014, 42001)
"""The token is no longer taken: asked for anew, once."""
NOBODY = (81013, 82001, 40003, 60011, 60021, 60111, 40066, 60003, 60123, 40068)
REACHED_NOBODY = (
    "WeCom knows none of the recipients, or the app may not write to them. "
    "Check the ids, and the app's visible range (可见范围) in WeCom's admin console."
)
NOT_ALL_REACHED = N_(
    "WeCom did not reach {recipients}. "
    "Check these ids, and the app's visible range (可见范围) in WeCom's admin console."
)

_SECRET = Rule(
    codes=(40001, 40091),
    outcome="permanent_config",
    hint="The secret does not belong to this company and app. "
    "Copy it again from the app's page in WeCom's admin console.",
    source=CODES,
    field="secret",
)
_COMPANY = Rule(
    codes=(40013,),
    outcome="permanent_config",
    hint="WeCom does not know this company id. "
    "Copy it from My Company (我的企业), at the very bottom of the page.",
    source=CODES,
    field="corpid",
)
_IP = Rule(
    codes=(60020,),
    outcome="permanent_config",
    hint="WeCom does not let this server in. Add {ip} to Trusted IPs (企业可信IP) "
    "on the app's page in WeCom's admin console.",
    source=CODES,
)
_OFTEN = Rule(
    codes=(45009, 45047),
    outcome="rate_limited",
    hint="The app has called WeCom too often. What waits is sent afterwards.",
    source=CODES,
    after=(60.0,),
)
_OFF = Rule(
    codes=(50003,),
    outcome="permanent_config",
    hint="The app is switched off. Switch it on in WeCom's admin console.",
    source=CODES,
)

TOKEN_TABLE = Table(
    keys=(("errcode", "errmsg"),),
    rules=(BUSY, _SECRET, _COMPANY, _IP, _OFTEN, AT_ONCE, _OFF, *BY_WORDS),
)
"""What is said to who asks for a token."""

_STALE = Rule(
    codes=STALE,
    outcome="retry",
    hint="WeCom does not take the access token, though it is new. It is tried again by itself.",
    source=CODES,
)
TABLE = Table(
    keys=(("errcode", "errmsg"),),
    rules=(
        BUSY,
        _STALE,
        _COMPANY,
        _IP,
        Rule(
            codes=(40056, 301002),
            outcome="permanent_config",
            hint="The AgentId does not belong to this secret. "
            "Copy both from the same app's page in WeCom's admin console.",
            source=CODES,
            field="agentid",
        ),
        Rule(
            codes=(48002,),
            outcome="permanent_config",
            hint="The app may not send messages. "
            "Use the secret of an app of your own (自建应用), not that of the address book.",
            source=CODES,
            field="secret",
        ),
        _OFF,
        Rule(
            codes=NOBODY,
            outcome="permanent_config",
            hint=REACHED_NOBODY,
            source=SENDING,
            field="to_users",
        ),
        _OFTEN,
        AT_ONCE,
        UNKNOWN_FORMAT,
        Rule(
            codes=(40058, 45002, 45003, 45004),
            outcome="permanent_content",
            hint="WeCom does not accept this form: {message}. It is sent as plain text instead.",
            source=CODES,
            remedy="fallback",
        ),
        Rule(
            codes=(40063, 41010, 41016),
            outcome="retry",
            hint="WeCom misses something in the message: {message}. It is sent as plain text.",
            source=CODES,
            remedy="fallback",
        ),
        NOTHING_TO_SEND,
        Rule(
            codes=(40033, 85002),
            outcome="permanent_content",
            hint="WeCom does not accept a character or word in this message. "
            "It is sent without the visitor's text.",
            source=CODES,
            remedy="neutral",
        ),
        *BY_WORDS,
    ),
)

RECALL_TABLE = Table(
    keys=(("errcode", "errmsg"),),
    rules=(
        *(BUSY, _STALE, _IP, _OFTEN, AT_ONCE, _OFF),
        *BY_WORDS,
        Rule(
            outcome="permanent_content",
            hint="WeCom did not withdraw the notice: {message}",
            source="answers to recalls are in no table",
        ),
    ),
)
"""What is said to who takes a message back."""


def is_stale(answer: Answer) -> bool:
    return as_code(foreign.entries(answer.body).get("errcode")) in STALE


def unreached(said: dict[str, Any]) -> dict[str, str]:
    """The recipients that did not get it, as `WeComApp.recipients` names them, with the reason."""
    found = {}
    for key, what, why in (
        ("invaliduser", "user", "invalid"),
        ("invalidparty", "party", "invalid"),
        ("invalidtag", "tag", "invalid"),
        ("unlicenseduser", "user", "unlicensed"),
    ):
        listed = said.get(key)
        names = listed.split("|") if isinstance(listed, str) else listed
        for name in names if isinstance(names, list) else ():
            if str(name).strip():
                found[f"{what}:{str(name).strip()}"] = why
    return found
