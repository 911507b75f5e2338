"""The operator's settings from the environment, read once, with defaults that run on a laptop."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from app import keyfile, own_address, security_contact
from app.backup.address import Backups
from app.backup.address import asked as backups
from app.egress.addresses import Allowed, parse_allowed
from app.egress.proxy import Proxy, parse_proxy
from app.errors import Misconfigured
from app.files.place import Place
from app.files.place import parse as parse_place
from app.languages import LANGUAGES
from app.options import OPTIONS, Option
from app.reading.regions import NO_REGIONS, Regions, Unreadable
from app.tracing.wanted import faults as traces_faults

VERSION = "0.1.0"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


__all__ = [
    "OPTIONS",
    "VERSION",
    "Network",
    "Option",
    "Settings",
    "current",
    "data_folder",
    "load",
    "use",
]

SECRET_KEY_LENGTH = 32
METRICS_TOKEN_LENGTH = 16
UNCHANGED = re.compile(
    r"(change|replace|insert|your|example|dummy).{0,3}(me|this|it|here|secret|key)", re.I
)
"""Keys as documents and templates show them: everybody knows them."""
NEW_KEY = "write the output of `openssl rand -base64 36`"
TOKEN, LISTEN = "LEAVEMSG_METRICS_TOKEN", "LEAVEMSG_METRICS_LISTEN"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
DATABASE_NAME = "leavemsg.sqlite"
PROXIES = "list CIDR entries of your proxies, never all addresses"
PLACE = "write s3://key:secret@host/bucket, signs in the secret as %2F"
SCANNER = re.compile(r"/.+|[^\s/:]+:[0-9]{1,5}|\[[0-9a-fA-F:]+\]:[0-9]{1,5}")
NOT_WRITABLE = ("is not writable", "create the folder or name another one")
KEY_LOST = "is not set and {} is gone, though the data was written with a key"
KEY_REMEDY = (
    "put the old one back ({}, or LEAVEMSG_SECRET_KEY), or run `leavemsg key accept`"
    " and enter the channels' secrets again"
)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    port: int
    database_url: str
    redis_url: str
    data_dir: Path
    host: str
    base_url: str
    backup_url: str
    """Another address of the same, for widgets when the first is away; may be empty."""
    secret_key: str
    other_secret_keys: tuple[str, ...]
    """Those of before, or the next one: still read with, never written with."""
    egress_allow: tuple[Allowed, ...]
    egress_proxy: Proxy | None
    egress_address: tuple[str, ...]
    ca_file: str
    regions: Regions
    files: Place | None
    files_mb: int
    backups: Backups
    clamd: str
    trusted_proxies: tuple[Network, ...]
    api_per_minute: int
    submit_per_minute: int
    submit_form_per_minute: int
    submit_seconds: int
    connections: int
    connections_per_address: int
    metrics_token: str
    metrics_listen: tuple[str, int] | None
    """Where /metrics is told besides, as by a worker, which has no other port."""
    security_contact: tuple[str, ...]
    allow_insecure_http: bool
    log_level: str
    log_full_ip: bool
    locale: str
    organizations: str
    timezone: str
    version: str = VERSION
    demo: bool = False
    """Set by `leavemsg demo`: then the host page is open to everybody."""

    @property
    def embedded_database(self) -> bool:
        return not self.database_url

    @property
    def uses_data_dir(self) -> bool:
        """Whether database or Redis are there; visitors' files and the key may be there anyhow."""
        return self.embedded_database or not self.redis_url

    @property
    def sqlite_path(self) -> Path:
        return self.data_dir / DATABASE_NAME

    @property
    def origin(self) -> str:
        """Of `base_url`, as browsers name it."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def base_path(self) -> str:
        """Of `base_url`, like "/desk"; empty when the host is our own."""
        return urlsplit(self.base_url).path

    @property
    def reach(self) -> str:
        """From where `base_url` can be opened, judged by its host: "machine", "network" or
        "world"."""
        return own_address.reach_of(urlsplit(self.base_url).hostname or "")

    @property
    def is_public(self) -> bool:
        """Whether phones and visitors can open `base_url`, and nobody in between reads along."""
        return self.reach == "world" and self.secure_cookies

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")


def load(environ: Mapping[str, str], *, new_key: bool = False, only_look: bool = False) -> Settings:
    """Raises Misconfigured with one line for every fault; values are never shown.

    A key is generated when none is given and no data needs one; with `new_key` also when the data's
    key is lost; with `only_look` never: then it is empty.
    """
    reader = _Reader(environ)
    port = reader.number("PORT", 1, 65535)
    data_dir = reader.folder("LEAVEMSG_DATA_DIR")
    keys = reader.secret_keys(data_dir, new=new_key, only_look=only_look)
    settings: dict[str, Any] = dict(
        port=port,
        database_url=reader.url("DATABASE_URL", ("postgres", "postgresql")),
        redis_url=reader.url("REDIS_URL", ("redis", "rediss", "unix", "redis+sentinel")),
        data_dir=data_dir,
        host=reader.text("LEAVEMSG_HOST"),
        base_url=reader.origin("LEAVEMSG_BASE_URL", f"http://localhost:{port}", below=True),
        backup_url=reader.origin("LEAVEMSG_BACKUP_URL", ""),
        secret_key=keys[0],
        other_secret_keys=tuple(dict.fromkeys(each for each in keys[1:] if each != keys[0])),
        egress_allow=reader.parsed(
            "LEAVEMSG_EGRESS_ALLOW", parse_allowed, "list CIDR[:port] entries"
        ),
        egress_proxy=reader.parsed(
            "LEAVEMSG_EGRESS_PROXY",
            parse_proxy,
            "use http://user:password@host:port or https://…; SOCKS is not spoken",
        ),
        egress_address=reader.parsed(
            "LEAVEMSG_EGRESS_ADDRESS", _addresses, "list addresses like 203.0.113.7"
        ),
        ca_file=reader.file("LEAVEMSG_CA_FILE"),
        regions=reader.regions("LEAVEMSG_IP2REGION"),
        files=reader.parsed("LEAVEMSG_FILES_URL", parse_place, PLACE),
        clamd=reader.scanner("LEAVEMSG_CLAMD"),
        files_mb=reader.number("LEAVEMSG_FILES_MB", 0, 100_000_000),
        backups=backups(reader),
        trusted_proxies=reader.parsed("LEAVEMSG_TRUSTED_PROXIES", _networks, PROXIES),
        api_per_minute=reader.number("LEAVEMSG_API_PER_MINUTE", 0, 1_000_000),
        submit_per_minute=reader.number("LEAVEMSG_SUBMIT_PER_MINUTE", 0, 100_000),
        submit_form_per_minute=reader.number("LEAVEMSG_SUBMIT_FORM_PER_MINUTE", 0, 100_000),
        submit_seconds=reader.number("LEAVEMSG_SUBMIT_SECONDS", 0, 60),
        connections=reader.number("LEAVEMSG_CONNECTIONS", 0, 100_000),
        connections_per_address=reader.number("LEAVEMSG_CONNECTIONS_PER_ADDRESS", 0, 100_000),
        **reader.metrics(port),
        security_contact=reader.parsed(
            "LEAVEMSG_SECURITY_CONTACT", security_contact.parse, "list mail or https addresses"
        ),
        allow_insecure_http=reader.flag("LEAVEMSG_ALLOW_INSECURE_HTTP"),
        organizations=reader.choice("LEAVEMSG_ORGANIZATIONS", ("operator", "owners")),
        log_level=reader.choice("LEAVEMSG_LOG_LEVEL", ("debug", "info", "warning", "error")),
        log_full_ip=reader.flag("LEAVEMSG_LOG_FULL_IP"),
        locale=reader.choice("LEAVEMSG_LOCALE", tuple(LANGUAGES)),
        timezone=reader.timezone(),
    )
    reader.refuse_unknown()
    reader.faults += traces_faults(environ)
    if reader.faults:
        raise Misconfigured(reader.faults)
    return Settings(**settings)


def data_folder(environ: Mapping[str, str]) -> Path:
    """The folder for data that is named; else, independent of the working directory, `data` in a
    clone, or `leavemsg` in the user's data folder."""
    if given := environ.get("LEAVEMSG_DATA_DIR", "").strip():
        return Path(os.path.expanduser(given))
    clone = Path(__file__).resolve().parent.parent
    if (clone / "pyproject.toml").exists():
        return clone / "data"
    return Path(os.path.expanduser(environ.get("XDG_DATA_HOME") or "~/.local/share"), "leavemsg")


class _Reader:
    """Collects faults instead of stopping at the first, so that one run shows them all."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[str] = []
        self.defaults = {option.name: option.default for option in OPTIONS}

    def fault(self, name: str, what: str, do: str) -> None:
        line = f"CONFIG {name}: {what} — {do}"
        if line not in self.faults:
            self.faults.append(line)

    def text(self, name: str) -> str:
        path = self.environ.get(f"{name}_FILE")
        if path is None:
            return (self.environ.get(name) or self.defaults[name]).strip()
        if name in self.environ:
            self.fault(name, "is set twice", f"keep either {name} or {name}_FILE")
        try:
            text = Path(path).read_text().strip()
        except (OSError, UnicodeError):
            self.fault(f"{name}_FILE", "cannot be read", "check the path and its permissions")
            return self.defaults[name]
        if not text:
            # An empty secret must not silently be replaced.
            self.fault(f"{name}_FILE", "names an empty file", "write the value into it")
        return text or self.defaults[name]

    def folder(self, name: str) -> Path:
        try:
            return Path(self.text(name) or data_folder(self.environ)).expanduser().absolute()
        except RuntimeError:
            self.fault(name, "begins with the home of nobody", "write the whole path")
            return Path("data")

    def number(self, name: str, low: int, high: int) -> int:
        text = self.text(name)
        if re.fullmatch("[0-9]{1,9}", text) and low <= int(text) <= high:
            return int(text)
        self.fault(name, "is not a number in range", f"use {low} to {high}")
        return int(self.defaults[name])

    def flag(self, name: str) -> bool:
        text = self.text(name).lower()
        if text in {"true", "1", "yes", "on"}:
            return True
        if text not in {"false", "0", "no", "off"}:
            self.fault(name, "is neither true nor false", "use true or false")
        return False

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        text = self.text(name)
        if text not in allowed:
            self.fault(name, "is not a known value", "use one of " + ", ".join(allowed))
        return text

    def url(self, name: str, schemes: tuple[str, ...]) -> str:
        text = self.text(name)
        if text and text.partition("://")[0] not in schemes:
            self.fault(name, "has an unknown scheme", f"start it with {schemes[0]}://")
        elif text and "," not in text and own_address.split(text) is None:
            self.fault(name, "is not an address", f"use {schemes[0]}://host:port/name")
        return text

    def file(self, name: str) -> str:
        text = self.text(name)
        try:
            if text:
                ssl.create_default_context(cafile=text)
        except OSError:
            self.fault(name, "cannot be read", "name a readable PEM file")
        return text

    def regions(self, name: str) -> Regions:
        paths = [Path(each.strip()) for each in self.text(name).split(",") if each.strip()]
        try:
            return Regions(tuple(paths)) if paths else NO_REGIONS
        except OSError:
            self.fault(name, "cannot be read", "name readable xdb files of ip2region")
        except Unreadable as error:
            self.fault(name, str(error), "download the xdb file of ip2region again")
        return NO_REGIONS

    def parsed(self, name: str, parse: Any, do: str) -> Any:
        try:
            return parse(self.text(name))
        except ValueError:
            self.fault(name, "cannot be understood", do)
            return ()

    def scanner(self, name: str) -> str:
        text = self.text(name)
        if text and not SCANNER.fullmatch(text):
            self.fault(name, "is no address", "use host:port or the path of a socket")
        return text

    def origin(self, name: str, default: str, *, below: bool = False) -> str:
        """`below`: it may stand under a path of somebody else's site."""
        text = self.text(name).rstrip("/") or default
        if not text:
            return text
        parts = own_address.origin(text, below=below)
        if parts is None:
            usual = "use https://host[:port]"
            self.fault(name, "is not an origin", f"{usual}[/path]" if below else usual)
            return text
        local = parts.hostname in LOOPBACK
        if parts.scheme == "http" and not local and not self.flag("LEAVEMSG_ALLOW_INSECURE_HTTP"):
            self.fault(
                name,
                "is plain http and not on this machine",
                "use https:// or set LEAVEMSG_ALLOW_INSECURE_HTTP=true",
            )
        return text

    def secret_keys(self, data_dir: Path, *, new: bool, only_look: bool) -> list[str]:
        """The one that counts, empty if there is none, and all others."""
        others = self.text("LEAVEMSG_OTHER_SECRET_KEYS").split()
        text = self.text("LEAVEMSG_SECRET_KEY")
        for name, keys in (
            ("LEAVEMSG_SECRET_KEY", [text] if text else []),
            ("LEAVEMSG_OTHER_SECRET_KEYS", others),
        ):
            if any(len(each) < SECRET_KEY_LENGTH for each in keys):
                self.fault(name, "is too short", f"use {SECRET_KEY_LENGTH} characters or more")
            elif any(UNCHANGED.search(each) for each in keys):
                self.fault(name, "is an example that was not replaced", NEW_KEY)
        if text or self.faults:
            return [text, *others]
        return [*self._kept_keys(data_dir, new=new, only_look=only_look), *others]

    def _kept_keys(self, data_dir: Path, *, new: bool, only_look: bool) -> list[str]:
        path = data_dir / keyfile.NAME
        try:
            embedded = not self.text("DATABASE_URL")
            if embedded and not new and keyfile.is_lost(data_dir, data_dir / DATABASE_NAME):
                self.fault("LEAVEMSG_SECRET_KEY", KEY_LOST.format(path), KEY_REMEDY.format(path))
                return [""]
            if only_look and not path.exists():
                return [""]
            keys = keyfile.kept(data_dir).split() or [""]
        except OSError:
            self.fault("LEAVEMSG_DATA_DIR", *NOT_WRITABLE)
            return [""]
        if any(len(each) < SECRET_KEY_LENGTH for each in keys):
            self.fault(
                "LEAVEMSG_SECRET_KEY",
                f"is damaged in {path}",
                "restore the file, or remove it and run `leavemsg key accept`",
            )
        return keys

    def metrics(self, port: int) -> dict[str, Any]:
        token = self.text(TOKEN)
        if token and len(token) < METRICS_TOKEN_LENGTH:
            self.fault(TOKEN, "is too short", f"use {METRICS_TOKEN_LENGTH} characters or more")
        elif not token.isascii() or " " in token:
            self.fault(TOKEN, "cannot stand in a header", "use letters, digits and signs of ASCII")
        return {"metrics_token": token, "metrics_listen": self._listen(port, token)}

    def _listen(self, web: int, token: str) -> tuple[str, int] | None:
        """`web` is the port that is taken already."""
        place = self.text(LISTEN)
        host, _, port = place.rpartition(":")
        if not place:
            return None
        if not (re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65536 and host):
            self.fault(LISTEN, "is no address", "use host:port, as 127.0.0.1:9464")
            return None
        host = host.strip("[]")
        if int(port) == web and host in LOOPBACK:
            self.fault(LISTEN, "is the port of web", "use another one, as 127.0.0.1:9464")
        if host not in LOOPBACK and not token:
            self.fault(LISTEN, "is open to other machines without a token", f"set {TOKEN}, too")
        return host, int(port)

    def timezone(self) -> str:
        from zoneinfo import ZoneInfo

        text = self.text("LEAVEMSG_TIMEZONE")
        try:
            ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            # A folder of zones, like Asia, cannot be read as a file.
            self.fault("LEAVEMSG_TIMEZONE", "is not a time zone", "use a name like Asia/Shanghai")
        return text

    def refuse_unknown(self) -> None:
        known = {name for option in OPTIONS for name in (option.name, f"{option.name}_FILE")}
        for name in sorted(self.environ):
            if name.startswith("LEAVEMSG_") and name not in known:
                near = difflib.get_close_matches(name, sorted(known), 1)
                do = f"did you mean {near[0]}?" if near else "remove it"
                self.fault(name, "is not a setting", do)


def _networks(text: str) -> tuple[Network, ...]:
    found = tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    if any(each.prefixlen == 0 for each in found):
        raise ValueError  # Then everybody could say which address they have.
    return found


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(
        str(ipaddress.ip_address(each.strip())) for each in text.split(",") if each.strip()
    )


_current: Settings | None = None


def current() -> Settings:
    """The settings of this process, read from the environment at first use."""
    global _current
    if _current is None:
        _current = load(os.environ)
    return _current


def use(settings: Settings) -> None:
    global _current
    _current = settings
