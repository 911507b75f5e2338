"""A provider as an organization has set it, and a person as a provider knows them."""

from __future__ import annotations

import re
import uuid
from typing import Literal

import msgspec

Admits = Literal["known", "listed"]


class GroupRole(msgspec.Struct, frozen=True):
    """Who is in the group has at least the role."""

    group: str
    role: str


class Config(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an admin chooses, without the secret.

    `issuer`: of an OpenID provider; else the address of the platform, empty for its public one.
    `agent`: the AgentId (WeCom) or the CorpId (DingTalk). `admits`: "known" lets in members only,
    "listed" also anybody with an email at one of `domains` or in a group with a role. `trusted`:
    addresses at `domains` count although the provider does not say that they are verified.
    `follows`: the role is set anew at each sign-in. `required`: members with an address at
    `domains`, all if there are none, sign in by no password; owners still can. `asks_second`: who
    has a second factor here is asked for it all the same.
    """

    kind: str
    name: str
    issuer: str = ""
    client_id: str = ""
    agent: str = ""
    scopes: str = "openid profile email"
    admits: Admits = "known"
    domains: tuple[str, ...] = ()
    trusted: bool = False
    groups_claim: str = "groups"
    roles: tuple[GroupRole, ...] = ()
    role: str = "agent"
    follows: bool = False
    required: bool = False
    asks_second: bool = False
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    userinfo_endpoint: str = ""
    jwks_uri: str = ""

    @property
    def has_endpoints(self) -> bool:
        """Whether they are written down, so that nothing is discovered."""
        return bool(self.authorization_endpoint)


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    uid: uuid.UUID
    organization: uuid.UUID
    config: Config
    secret: str
    enabled: bool

    def __repr__(self) -> str:
        return f"Provider({self.uid}, {self.config.kind})"  # Without the secret.


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """`subject` is theirs for ever at this provider; `email` may change or be missing. `verified`:
    the provider says that the address is theirs."""

    subject: str
    email: str = ""
    verified: bool = False
    name: str = ""
    groups: tuple[str, ...] = ()


SUBJECT = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
"""ASCII, as OpenID Connect wants it and as the platforms have it."""


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent along with the browser, and must come back."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str


class Back(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser brought back."""

    code: str
    iss: str = ""
