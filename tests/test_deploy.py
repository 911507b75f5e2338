"""The files of deploy/, as far as they can be read without a proxy, systemd or a cluster."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import OPTIONS
from cli import main
from tests.documents import ROOT, read
from web.console.streams import PING_SECONDS
from web.http.bodies import LARGE_LIMIT

UNITS = sorted((ROOT / "deploy/systemd").iterdir())
MANIFESTS = ROOT / "deploy/kubernetes"
KNOWN = {each for option in OPTIONS for each in (option.name, f"{option.name}_FILE")}
MEGABYTE = 1024 * 1024


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line and line[0] not in "#["]


def manifests() -> list[dict[str, Any]]:
    named = yaml.safe_load((MANIFESTS / "kustomization.yaml").read_text())["resources"]
    found = [yaml.safe_load_all((MANIFESTS / name).read_text()) for name in named]
    return [one for each in found for one in each]


def pods() -> dict[str, dict[str, Any]]:
    return {
        one["metadata"]["name"]: one["spec"]["template"]["spec"]
        for one in manifests()
        if one["kind"] in {"Deployment", "Job"}
    }


def test_proxies_let_pass_what_the_product_takes_and_waits_for() -> None:
    nginx, caddy = ((ROOT / "deploy" / name).read_text() for name in ("nginx.conf", "Caddyfile"))

    limits = (r"client_max_body_size\s+(\d+)m;", nginx), (r"max_size (\d+)MB", caddy)
    assert [int(re.findall(*each)[0]) * MEGABYTE for each in limits] == [LARGE_LIMIT] * 2
    waits = (r"proxy_read_timeout (\d+)s", nginx), (r"response_header_timeout (\d+)s", caddy)
    assert all(int(re.findall(*each)[0]) > PING_SECONDS for each in waits)
    allowed = {option.name: option.default for option in OPTIONS}
    most = re.findall(r"limit_conn \w+ (\d+);", nginx)
    assert most == [allowed["LEAVEMSG_CONNECTIONS_PER_ADDRESS"]]
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    assert re.search(r"listen 80;.*?return 301 https://\$host\$request_uri;", nginx, re.S)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_a_command_that_there_is_and_gives_it_settings_that_there_are(
    unit: Path,
) -> None:
    [start] = [line for line in lines(unit) if line.startswith("ExecStart=")]
    given = {line.split("=")[1] for line in lines(unit) if line.startswith("Environment=")}

    assert start.split()[-1] in main.PLACES
    assert given <= KNOWN
    assert "User=leavemsg" in lines(unit)
    assert "ProtectSystem=strict" in lines(unit)


def test_what_makes_backups_may_write_where_the_documentation_puts_them() -> None:
    for unit in UNITS:
        makes = any(line.endswith(("leavemsg serve", "leavemsg worker")) for line in lines(unit))
        assert ("ReadWritePaths=-/srv/backups" in lines(unit)) is makes, unit.name
    assert "LEAVEMSG_BACKUPS_TO=/srv/backups," in read("docs/backup.md")


def test_a_unit_that_needs_another_names_one_of_ours() -> None:
    needed = {line.split("=")[1] for unit in UNITS for line in lines(unit) if "Requires=" in line}

    assert needed == {"leavemsg-migrate.service"}
    assert needed <= {unit.name for unit in UNITS}


@pytest.mark.process
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_every_line_of_a_unit(unit: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed: apt install systemd")
    said = subprocess.run([program, "verify", unit], capture_output=True, text=True, check=False)
    known = re.compile(r"is not executable|Failed to (prepare|create|load)|leavemsg-migrate")
    unknown = [line for line in said.stderr.splitlines() if not known.search(line)]
    assert [line for line in unknown if unit.name.split("@")[0] in line] == []


def test_every_file_of_the_cluster_is_named_by_the_kustomization() -> None:
    named = yaml.safe_load((MANIFESTS / "kustomization.yaml").read_text())

    assert {*named["resources"], "kustomization.yaml"} == {
        path.name for path in MANIFESTS.iterdir()
    }


def test_the_cluster_runs_commands_and_settings_that_there_are() -> None:
    named = yaml.safe_load((MANIFESTS / "kustomization.yaml").read_text())
    ours = {name: pod for name, pod in pods().items() if name != "redis"}

    assert {name: pod["containers"][0]["args"] for name, pod in ours.items()} == {
        name: [name] for name in ("migrate", "web", "worker")
    }
    [configured] = named["configMapGenerator"]
    assert {each.split("=")[0] for each in configured["literals"]} <= KNOWN
    for pod in ours.values():
        assert pod["containers"][0]["image"] == named["images"][0]["name"]
        assert {next(iter(each)) for each in pod["containers"][0]["envFrom"]} == {
            "configMapRef",
            "secretRef",
        }


@pytest.mark.parametrize("name", ["migrate", "web", "worker", "redis"])
def test_every_pod_is_locked_down(name: str) -> None:
    pod = pods()[name]
    [container] = pod["containers"]

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"]["memory"]


def test_visitors_reach_web_and_nothing_else() -> None:
    [ingress] = [one for one in manifests() if one["kind"] == "Ingress"]
    services = {one["metadata"]["name"]: one for one in manifests() if one["kind"] == "Service"}
    policies = [one["metadata"]["name"] for one in manifests() if one["kind"] == "NetworkPolicy"]

    [rule] = ingress["spec"]["rules"]
    [path] = rule["http"]["paths"]
    assert path["backend"]["service"]["name"] == "web"
    assert services["web"]["spec"]["selector"] == {"app.kubernetes.io/name": "web"}
    assert all(one["spec"].get("type", "ClusterIP") == "ClusterIP" for one in services.values())
    assert policies == ["redis"]


@pytest.mark.process
def test_kustomize_puts_the_cluster_together() -> None:
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("kubectl is not installed")
    made = subprocess.run(
        [program, "kustomize", MANIFESTS], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    assert [one["kind"] for one in yaml.safe_load_all(made.stdout)].count("Deployment") == 3
