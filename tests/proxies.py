"""nginx and Caddy as deploy/ sets them up, on loopback ports and with a certificate of ours."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.fakes.tls import authority
from tests.processes import ROOT, free_port, installed

NAME = "desk.example.com"
START_SECONDS = 20
PROGRAMS = ("nginx", "caddy")


@contextmanager
def proxy(name: str, folder: Path, upstream: str, *, below: str = "") -> Iterator[str]:
    """Its https:// address, until the end; `upstream` is host:port. `below`: the path that alone is
    the product's, set up as docs/install.md says."""
    folder.mkdir()
    secure, plain = free_port(), free_port()
    pem, key = folder / "chain.pem", folder / "key.pem"
    issued = authority().issue_cert("localhost", "127.0.0.1")
    for part in issued.cert_chain_pems:
        pem.write_bytes((pem.read_bytes() if pem.exists() else b"") + part.bytes())
    issued.private_key_pem.write_to_path(key)
    written = {"nginx": _nginx, "caddy": _caddy}[name](folder, upstream, secure, plain, pem, key)
    if below:
        _below(below, folder)
    program = installed(name)
    assert program
    log = (folder / "log").open("wb")
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    running = subprocess.Popen(
        [program, *written], stdout=log, stderr=log, env={**os.environ, **home}
    )
    try:
        _wait(secure, running, folder)
        yield f"https://127.0.0.1:{secure}{below}"
    finally:
        running.terminate()
        running.wait(10)
        log.close()


def _below(path: str, folder: Path) -> None:
    usual = {
        "site.conf": ("location / {", f"location {path}/ {{"),
        "Caddyfile": ("\treverse_proxy ", f"\treverse_proxy {path}/* "),
    }
    for name, (whole, part) in usual.items():
        if (site := folder / name).exists():
            assert whole in site.read_text()
            site.write_text(site.read_text().replace(whole, part))


def client_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context


def _nginx(
    folder: Path, upstream: str, secure: int, plain: int, pem: Path, key: Path
) -> tuple[str, ...]:
    site = (ROOT / "deploy/nginx.conf").read_text()
    site = re.sub(r"\n *listen \[::\]:\d+[^;]*;", "", site)
    site = site.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    site = site.replace("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl")
    site = site.replace("server 127.0.0.1:8080", f"server {upstream}")
    site = site.replace(f"/etc/ssl/{NAME}.pem", str(pem)).replace(f"/etc/ssl/{NAME}.key", str(key))
    (folder / "site.conf").write_text(site)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "user root;\n" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\nworker_processes 1;\npid {folder}/pid;\nerror_log stderr warn;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}include {folder}/site.conf;\n}}\n"
    )
    return ("-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf"))


def _caddy(
    folder: Path, upstream: str, secure: int, plain: int, pem: Path, key: Path
) -> tuple[str, ...]:
    site = (ROOT / "deploy/Caddyfile").read_text()
    ours = f"{{\n\tadmin off\n\thttp_port {plain}\n\tauto_https disable_redirects\n"
    site = site.replace("{\n\tservers", f"{ours}\tservers", 1)
    site = site.replace(
        f"{NAME} {{",
        f"https://127.0.0.1:{secure}, https://localhost:{secure} {{\n\ttls {pem} {key}",
    )
    site = site.replace("reverse_proxy 127.0.0.1:8080", f"reverse_proxy {upstream}")
    (folder / "Caddyfile").write_text(site)
    return ("run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile")


def _wait(port: int, running: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert running.poll() is None, (folder / "log").read_text()
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError((folder / "log").read_text())
