"""What an admin has typed about a provider: checked, and cleaned."""

from __future__ import annotations

import re

from msgspec.structs import replace

from app.egress.refused import UrlRefused
from app.egress.way import Egress
from app.errors import Invalid, Problem
from app.people.members import GIVEN
from app.single_sign_on import dingtalk, feishu, wecom
from app.single_sign_on.kinds import KINDS
from app.single_sign_on.shape import Config, GroupRole
from app.text import clean_line

NAME_MAX = 40
TEXT_MAX = 255
DOMAINS_MAX = 50
GROUPS_MAX = 100
DOMAIN = re.compile(r"(?=.{3,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}")
SCOPES = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*")
PLATFORMS = {"wecom": wecom.HOSTS, "dingtalk": dingtalk.HOSTS, "feishu": feishu.HOSTS}
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
REQUIRED = "This must be filled in"
TOO_LONG = "Use at most {limit} characters"


def checked(egress: Egress, config: Config, secret: str) -> Config:
    """`secret` is the one that will be used. Raises Invalid with every fault."""
    if config.kind not in KINDS:
        raise Invalid.at("/kind", "unknown_kind", "Choose one of these")
    config = _cleaned(config)
    problems = [
        *_texts(config),
        *(_openid(egress, config) if config.kind == "openid" else _platform(egress, config)),
        *_people(config),
    ]
    if not secret and config.kind != "openid":
        problems.append(Problem("/secret", "required", REQUIRED))
    if problems:
        raise Invalid(problems)
    return config


def _cleaned(config: Config) -> Config:
    domains = (each.strip().lower().removeprefix("@") for each in config.domains)
    groups = [GroupRole(clean_line(each.group), each.role) for each in config.roles]
    return replace(
        config,
        name=clean_line(config.name),
        issuer=config.issuer.strip(),
        client_id=config.client_id.strip(),
        agent=config.agent.strip(),
        scopes=" ".join(config.scopes.split()),
        groups_claim=config.groups_claim.strip(),
        domains=tuple(dict.fromkeys(each for each in domains if each)),
        roles=tuple(dict.fromkeys(each for each in groups if each.group)),
        **{name: getattr(config, name).strip() for name in ENDPOINTS},
    )


def _texts(config: Config) -> list[Problem]:
    found = []
    needed = {"name": config.name, "client_id": config.client_id}
    if config.kind in ("wecom", "dingtalk"):
        needed["agent"] = config.agent
    for name, text in needed.items():
        most = NAME_MAX if name == "name" else TEXT_MAX
        if not text:
            found.append(Problem(f"/{name}", "required", REQUIRED))
        elif len(text) > most:
            found.append(Problem(f"/{name}", "too_long", TOO_LONG, {"limit": str(most)}))
    return found


def _openid(egress: Egress, config: Config) -> list[Problem]:
    found = []
    if not config.issuer:
        found.append(Problem("/issuer", "required", REQUIRED))
    written = {name: getattr(config, name) for name in ENDPOINTS}
    if any(written.values()):
        found += [
            Problem(f"/{name}", "required", "Fill in these addresses, or none of them")
            for name in NEEDED
            if not written[name]
        ]
    for name, url in {"issuer": config.issuer, **written}.items():
        found += _address(egress, name, url)
    if not SCOPES.fullmatch(config.scopes) or "openid" not in config.scopes.split():
        detail = "Write openid and further names, with spaces between them"
        found.append(Problem("/scopes", "bad_scopes", detail))
    if max(len(config.scopes), len(config.groups_claim)) > TEXT_MAX:
        found.append(Problem("/scopes", "too_long", TOO_LONG, {"limit": str(TEXT_MAX)}))
    return found


def _platform(egress: Egress, config: Config) -> list[Problem]:
    """Another address than the platform's own only where the operator has opened it."""
    return _address(egress, "issuer", config.issuer, PLATFORMS[config.kind])


def _address(
    egress: Egress, name: str, url: str, hosts: tuple[str, ...] | None = None
) -> list[Problem]:
    if not url:
        return []
    try:
        egress.check_url(url, hosts=hosts)
    except UrlRefused as error:
        return [Problem(f"/{name}", error.code, error.detail, error.facts)]
    if name == "issuer" and "?" in url:
        detail = "This is the address of the provider itself, without a ? part"
        return [Problem("/issuer", "url_query", detail)]
    return []


def _people(config: Config) -> list[Problem]:
    found = []
    if config.role not in GIVEN or any(each.role not in GIVEN for each in config.roles):
        found.append(Problem("/role", "unknown_role", "There is no such role"))
    if wrong := [each for each in config.domains if not DOMAIN.fullmatch(each)]:
        facts = {"domain": wrong[0][:60]}
        detail = "{domain} is no email domain. Write one like example.com per line"
        found.append(Problem("/domains", "bad_domain", detail, facts))
    if len(config.domains) > DOMAINS_MAX or len(config.roles) > GROUPS_MAX:
        found.append(Problem("/domains", "too_many", "This is too long a list"))
    if any(len(each.group) > TEXT_MAX for each in config.roles):
        found.append(Problem("/roles", "too_long", TOO_LONG, {"limit": str(TEXT_MAX)}))
    if config.admits == "listed" and not (config.domains or config.roles):
        detail = "Name a domain or a group, or let in members only"
        found.append(Problem("/domains", "nobody_listed", detail))
    if config.trusted and not config.domains:
        detail = "Name the domains whose addresses are trusted"
        found.append(Problem("/domains", "nothing_trusted", detail))
    return found
