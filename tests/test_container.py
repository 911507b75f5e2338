"""The image and the compose file, as far as they can be read without an engine."""

from __future__ import annotations

import json
import re
import shlex
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from app.settings import OPTIONS
from cli import main
from cli.secrets import secrets
from tests.documents import ROOT, read

OURS = ("migrate", "web", "worker")
ROOT_USER = {"0", "root"}


def instructions() -> list[tuple[str, str]]:
    """(INSTRUCTION, rest) of every line, continued lines joined."""
    text = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", read("Dockerfile"), flags=re.M))
    return [(line.split()[0], line.split(None, 1)[1]) for line in text.splitlines() if line.strip()]


def values(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def last_stage(name: str) -> str:
    """What stands in the image that is run."""
    found = instructions()
    start = max(at for at, (instruction, _) in enumerate(found) if instruction == "FROM")
    return [rest for instruction, rest in found[start:] if instruction == name][-1]


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in shlex.split(last_stage("ENV")))


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(read("compose.yaml"))
    return loaded


def services() -> dict[str, dict[str, Any]]:
    return {name: compose()["services"][name] for name in OURS}


def test_everything_that_is_copied_exists_and_reaches_the_builder() -> None:
    taken = [line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")]
    copied = [rest.split()[:-1] for rest in values("COPY") if not rest.startswith("--from")]

    for source in [each.removeprefix("./") for sources in copied for each in sources]:
        assert (ROOT / source).exists(), source
        assert any(fnmatch(source, pattern) for pattern in taken), source


def test_nothing_but_what_is_copied_reaches_the_builder() -> None:
    lines = [line for line in read(".dockerignore").splitlines() if not line.startswith("#")]
    copied = " ".join(values("COPY"))

    assert lines[0] == "*"
    for line in lines:
        if line.startswith("!"):
            assert re.search(rf"(^|[ /]){re.escape(line[1:])}( |$)", copied), line


def test_the_image_has_every_folder_of_the_product() -> None:
    copied = set(" ".join(values("COPY")).split())

    assert {"app", "web", "tasks", "cli", "tests/fakes", "piccolo_conf.py"} <= copied


def test_dependencies_are_installed_by_hash_and_ours_without_any() -> None:
    installs = [rest for rest in values("RUN") if "pip install" in rest]

    assert ["--require-hashes" in rest for rest in installs] == [True, False]
    assert all("--no-deps" in rest and "pip check" in rest for rest in installs)


def test_the_image_runs_without_root_as_a_number() -> None:
    user = last_stage("USER")

    # A number, so that an orchestrator can see that it is not root.
    assert re.fullmatch(r"\d+:\d+", user)
    assert user.split(":")[0] not in ROOT_USER
    assert user.split(":")[0] == "10001"


def test_the_image_starts_the_command_line_that_is_installed() -> None:
    assert json.loads(last_stage("ENTRYPOINT")) == ["leavemsg"]
    assert 'leavemsg = "cli.main:main"' in read("pyproject.toml")
    assert json.loads(last_stage("CMD"))[0] in main.PLACES


def test_what_the_image_sets_are_settings() -> None:
    ours = {name for name in environment() if name.startswith("LEAVEMSG_")}

    assert ours <= {option.name for option in OPTIONS}
    assert environment()["LEAVEMSG_DATA_DIR"] == last_stage("VOLUME")
    assert environment()["LEAVEMSG_HOST"] == "0.0.0.0"


def test_the_image_asks_whether_it_is_alive_with_what_it_has() -> None:
    [check] = values("HEALTHCHECK")
    python, option, program = json.loads(check[check.index("[") :])

    assert (python, option) == ("python", "-c")
    assert "/livez" in program
    compile(program, "HEALTHCHECK", "exec")


def test_every_service_of_ours_runs_a_command_that_there_is() -> None:
    assert [services()[name]["command"] for name in OURS] == [["migrate"], ["web"], ["worker"]]
    assert all(name in main.PLACES for name in OURS)


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_is_locked_down(name: str) -> None:
    service = services()[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert {each.split(":")[0] for each in service["tmpfs"]} == {"/tmp", "/data"}


@pytest.mark.parametrize("name", OURS)
def test_what_lasts_of_the_data_folder_is_in_volumes_that_the_user_may_write(name: str) -> None:
    lasting = {place for each in services()[name]["volumes"] if (place := each.split(":")[1])}
    [made] = [rest for rest in values("RUN") if "install --directory" in rest]

    assert {"/data/files", "/data/backups"} <= lasting
    # A volume gets its owner from what the image has there.
    assert {each for each in lasting if each.startswith("/data/")} <= set(made.split())


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_gets_settings_that_there_are(name: str) -> None:
    known = {each for option in OPTIONS for each in (option.name, f"{option.name}_FILE")}

    assert set(services()[name]["environment"]) <= known


def test_secrets_come_from_files_and_never_from_the_environment() -> None:
    secret = {option.name for option in OPTIONS if option.secret} - {"REDIS_URL"}
    for service in services().values():
        assert not secret & set(service["environment"])


def test_the_first_container_makes_every_secret_and_all_others_wait_for_it(
    tmp_path: Path,
) -> None:
    maker = compose()["services"]["secrets"]
    _, verb, folder, *_ = maker["command"]
    assert CliRunner().invoke(secrets, [verb, str(tmp_path)]).exit_code == 0
    made = {
        f"{folder}/{path.relative_to(tmp_path)}" for path in tmp_path.rglob("*") if path.is_file()
    }

    read_ = {
        value
        for service in compose()["services"].values()
        for value in service.get("environment", {}).values()
        if value.startswith(folder)
    }
    assert read_ == made
    for name in ("migrate", "postgres"):
        needed = compose()["services"][name]["depends_on"]["secrets"]
        assert needed == {"condition": "service_completed_successfully"}


def test_who_reads_a_secret_has_its_volume_and_only_its_maker_may_write_there() -> None:
    for name, service in compose()["services"].items():
        held = {
            place: (volume, *mode)
            for volume, place, *mode in (each.split(":") for each in service.get("volumes", []))
            if place.startswith("/secrets")
        }
        read_ = {
            value.rpartition("/")[0]
            for value in service.get("environment", {}).values()
            if value.startswith("/secrets")
        }
        if name != "secrets":
            assert read_ == set(held)
            assert all(each[1:] == ("ro",) for each in held.values())
    database = compose()["services"]["postgres"]["volumes"]
    assert not any("/secrets/product" in each for each in database)


def test_nothing_starts_before_the_schema_is_there() -> None:
    for name in ("web", "worker"):
        needed = services()[name]["depends_on"]
        assert needed["migrate"] == {"condition": "service_completed_successfully"}


def test_database_and_redis_are_out_of_reach() -> None:
    inside = compose()["networks"]["inside"]
    for name in ("postgres", "redis"):
        service = compose()["services"][name]
        assert service["networks"] == ["inside"]
        assert "ports" not in service
    assert inside == {"internal": True}
    assert all(each.startswith("127.0.0.1:") for each in services()["web"]["ports"])
