"""Tokens in words: what each scope allows, and the states."""

from __future__ import annotations

from collections.abc import Mapping

from app import settings
from app.people.token_shape import SCOPES
from web.http import words
from web.http.operation import PREFIX
from web.http.words import N_

MAY = {
    "messages:read": N_("Read messages and notices, and who is there"),
    "messages:contacts": N_("See phone numbers, e-mail addresses and WeChat IDs in full"),
    "messages:write": N_("Handle, assign, reply to and change messages"),
    "drafts:write": N_("Propose replies, which a person sends or discards"),
    "messages:erase": N_("Erase messages, and people's data, for good"),
    "config:read": N_("Read channels, rules and other settings, without their secrets"),
    "config:write": N_("Change channels, rules and other settings"),
    "channels:test": N_("Send test messages through saved channels"),
    "deliveries:replay": N_("Send notices once more"),
    "events:read": N_("Read what happens: events, without personal data"),
    "presence:write": N_("Say who is there to talk"),
    "mail:deliver": N_("Hand over mail that came in"),
    "tokens:write": N_("Make, rotate and revoke tokens that may do no more than this one"),
    "audit:read": N_("Read the audit: who did what"),
    "submit": N_("Leave messages, without the limit per address"),
    "mcp": N_("For an AI agent: opens only the MCP server. Its tools need the other scopes, too"),
}
STATES = {"expired": N_("Expired"), "revoked": N_("Revoked")}
DONE = {
    "revoked": N_("Revoked. Programs that use it are refused from now on."),
    "ended": N_("The earlier secret works no more."),
}


def may(locale: str) -> list[tuple[str, str]]:
    """Scope and sentence, in the order of the form."""
    return [(scope, words.say(locale, MAY[scope])) for scope in SCOPES]


def sentences(locale: str, scopes: str) -> list[str]:
    """What a stored token may do."""
    return [words.say(locale, MAY[scope]) for scope in scopes.split() if scope in MAY]


def curl(token: str) -> str:
    """A command that works with any token: it only asks what the token may do."""
    base = settings.current().base_url
    return f'curl -H "Authorization: Bearer {token}" "{base}{PREFIX}/token"'


def withdraws(form: Mapping[str, str]) -> bool:
    """Whether tokens go, too: unless a page that has shown them says otherwise."""
    return "tokens" not in form or form.get("withdraw") == "yes"
