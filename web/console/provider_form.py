"""The form of a provider: what it sends as a configuration, and the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from app.errors import Problem
from app.people.members import GIVEN
from app.single_sign_on.shape import Config, GroupRole
from web.http import words

TEXTS = (
    *("name", "issuer", "client_id", "agent", "scopes", "groups_claim", "role"),
    *("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"),
)
SWITCHES = ("trusted", "follows", "required", "asks_second")
SHOWN_AT = {"roles": "roles_admin", "kind": ""}
"""Where a fault is shown that is not at an input of its own name."""


def config_of(kind: str, form: Mapping[str, str]) -> Config:
    """What was typed, as it is: app.single_sign_on.check cleans it."""
    first = Config(kind=kind, name="")
    texts = {name: form.get(name, getattr(first, name)) for name in TEXTS}
    switches = {name: form.get(name) == "yes" for name in SWITCHES}
    roles = [
        GroupRole(group, role)
        for role in GIVEN
        for group in form.get(f"roles_{role}", "").splitlines()
        if group.strip()
    ]
    return replace(
        first,
        admits="listed" if form.get("admits") == "listed" else "known",
        domains=tuple(form.get("domains", "").splitlines()),
        roles=tuple(roles),
        **texts,
        **switches,
    )


def values_of(config: Config) -> dict[str, str]:
    groups = {
        f"roles_{role}": "\n".join(each.group for each in config.roles if each.role == role)
        for role in GIVEN
    }
    return {
        **{name: getattr(config, name) for name in TEXTS},
        **{name: "yes" if getattr(config, name) else "" for name in SWITCHES},
        "admits": config.admits,
        "domains": "\n".join(config.domains),
        **groups,
    }


def sentences(locale: str, problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """(input, sentence)"""
    found = []
    for each in problems:
        name = each.pointer.removeprefix("/")
        found.append((SHOWN_AT.get(name, name), words.say(locale, each.detail, each.facts)))
    return found
