"""What the operator sets: every fault at once, one line each, no value ever shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app import own_presets, settings
from app.errors import Misconfigured
from tests import regions

KEY = "k" * 32


def load(folder: Path, **environ: Any) -> settings.Settings:
    return settings.load(
        {
            "LEAVEMSG_DATA_DIR": str(folder),
            "LEAVEMSG_SECRET_KEY": KEY,
            **{name: str(value) for name, value in environ.items()},
        }
    )


def faults(folder: Path, **environ: Any) -> list[str]:
    with pytest.raises(Misconfigured) as caught:
        load(folder, **environ)
    return caught.value.faults


def named(folder: Path, **environ: Any) -> list[str]:
    """The settings that the faults are about."""
    return [line.split()[1].rstrip(":") for line in faults(folder, **environ)]


def test_with_nothing_set_it_runs_on_a_laptop(tmp_path: Path) -> None:
    found = settings.load({"LEAVEMSG_DATA_DIR": str(tmp_path / "data")})
    assert (found.port, found.host, found.base_url) == (8080, "127.0.0.1", "http://localhost:8080")
    assert found.embedded_database
    assert found.sqlite_path == tmp_path / "data" / "leavemsg.sqlite"
    assert (found.redis_url, found.submit_per_minute) == ("", 5)
    assert (found.locale, found.timezone) == ("zh-CN", "Asia/Shanghai")
    assert not found.secure_cookies


def test_a_generated_key_stays_the_same(tmp_path: Path) -> None:
    first, second = (settings.load({"LEAVEMSG_DATA_DIR": str(tmp_path)}) for _ in range(2))
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= settings.SECRET_KEY_LENGTH


@pytest.mark.parametrize("kept", ["", "short", " \n"])
def test_a_damaged_key_file_stops_the_start(tmp_path: Path, kept: str) -> None:
    (tmp_path / "secret.key").write_text(kept)
    with pytest.raises(Misconfigured, match="LEAVEMSG_SECRET_KEY: is damaged"):
        settings.load({"LEAVEMSG_DATA_DIR": str(tmp_path)})


def test_every_fault_is_listed_at_once_and_names_its_setting(tmp_path: Path) -> None:
    wrong = {
        "PORT": "0",
        "DATABASE_URL": "mysql://user:canary@host/db",
        "REDIS_URL": "http://canary",
        "LEAVEMSG_SECRET_KEY": "canary",
        "LEAVEMSG_EGRESS_ALLOW": "canary",
        "LEAVEMSG_EGRESS_ADDRESS": "canary.example",
        "LEAVEMSG_EGRESS_PROXY": "socks5://canary:1080",
        "LEAVEMSG_CA_FILE": "/nowhere/canary.pem",
        "LEAVEMSG_IP2REGION": "/nowhere/canary.xdb",
        "LEAVEMSG_TRUSTED_PROXIES": "canary",
        "LEAVEMSG_SUBMIT_PER_MINUTE": "-1",
        "LEAVEMSG_METRICS_TOKEN": "canary",
        "LEAVEMSG_METRICS_LISTEN": "canary",
        "LEAVEMSG_ALLOW_INSECURE_HTTP": "canary",
        "LEAVEMSG_LOG_LEVEL": "canary",
        "LEAVEMSG_LOG_FULL_IP": "canary",
        "LEAVEMSG_LOCALE": "canary",
        "LEAVEMSG_TIMEZONE": "Mars/Canary",
        "LEAVEMSG_BASE_URL": "http://canary.example",
        "LEAVEMSG_BACKUP_URL": "canary",
        "LEAVEMSG_CANARY": "canary",
    }
    assert sorted(named(tmp_path, **wrong)) == sorted(wrong)
    lines = faults(tmp_path, **wrong)
    assert all(line.startswith("CONFIG ") and " — " in line for line in lines)
    told = " ".join(lines).replace("LEAVEMSG_CANARY", "")
    assert "canary" not in told.lower()


def test_an_unknown_setting_suggests_the_near_one(tmp_path: Path) -> None:
    (line,) = faults(tmp_path, LEAVEMSG_SUBMITS_PER_MINUTE="5")
    assert line == (
        "CONFIG LEAVEMSG_SUBMITS_PER_MINUTE: is not a setting"
        " — did you mean LEAVEMSG_SUBMIT_PER_MINUTE?"
    )


def test_other_programs_settings_are_not_ours_to_judge(tmp_path: Path) -> None:
    assert load(tmp_path, PATH="/bin", LEAVE="x", PGHOST="canary").port == 8080


@pytest.mark.parametrize("port", ["65536", "x", "80.0", "²", "9" * 5000, "-80", "8 0"])
def test_a_port_is_a_port(tmp_path: Path, port: str) -> None:
    assert named(tmp_path, PORT=port) == ["PORT"]


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://shop.example/../x",
            "https://shop.example/a?b",
            "https://shop.example?x",
            "https://shop.example#x",
        ),
        *(
            "shop.example",
            "ftp://shop.example",
            "https://",
            "http://[x",
            "https://user@shop.example",
        ),
        *("https://shop.example:port", "https://shop.example:99999", "//shop.example"),
    ],
)
def test_the_base_address_is_an_origin(tmp_path: Path, url: str) -> None:
    assert named(tmp_path, LEAVEMSG_BASE_URL=url) == ["LEAVEMSG_BASE_URL"]
    assert named(tmp_path, LEAVEMSG_BACKUP_URL=url) == ["LEAVEMSG_BACKUP_URL"]


def test_the_base_address_may_have_a_path_and_no_other_address_may(tmp_path: Path) -> None:
    url = "https://shop.example/desk/v2/"
    found = load(tmp_path, LEAVEMSG_BASE_URL=url)
    assert (found.base_url, found.origin) == (url[:-1], "https://shop.example")
    assert found.base_path == "/desk/v2"
    assert named(tmp_path, LEAVEMSG_BACKUP_URL=url) == ["LEAVEMSG_BACKUP_URL"]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://shop.example/", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("http://[::1]:9000", "http://[::1]:9000"),
    ],
)
def test_a_final_slash_does_not_matter(tmp_path: Path, url: str, kept: str) -> None:
    assert load(tmp_path, LEAVEMSG_BASE_URL=url).base_url == kept
    assert load(tmp_path, LEAVEMSG_BACKUP_URL=url).backup_url == kept


def test_plain_http_from_afar_must_be_allowed(tmp_path: Path) -> None:
    url = {"LEAVEMSG_BASE_URL": "http://intranet.example"}
    assert named(tmp_path, **url) == ["LEAVEMSG_BASE_URL"]
    found = load(tmp_path, **url, LEAVEMSG_ALLOW_INSECURE_HTTP="true")
    assert not found.secure_cookies
    assert load(tmp_path, LEAVEMSG_BASE_URL="https://shop.example").secure_cookies


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgres://host:port/db"),
        ("DATABASE_URL", "postgresql://[x/db"),
        ("REDIS_URL", "redis://host:port/0"),
        ("REDIS_URL", "memcached://host:11211"),
        ("REDIS_URL", "redis://host:0/0"),
    ],
)
def test_an_address_of_a_server_must_be_one(tmp_path: Path, name: str, url: str) -> None:
    assert named(tmp_path, **{name: url}) == [name]


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f" {'f' * 40}\n")
    kept = str(tmp_path / "key")
    environ = {"LEAVEMSG_DATA_DIR": str(tmp_path), "LEAVEMSG_SECRET_KEY_FILE": kept}
    assert settings.load(environ).secret_key == "f" * 40
    with pytest.raises(Misconfigured, match="LEAVEMSG_SECRET_KEY: is set twice"):
        settings.load({**environ, "LEAVEMSG_SECRET_KEY": KEY})


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff"])
def test_a_file_without_a_secret_is_never_another_secret(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    environ = {"LEAVEMSG_DATA_DIR": str(tmp_path / "data"), "LEAVEMSG_SECRET_KEY_FILE": str(path)}
    with pytest.raises(Misconfigured, match="LEAVEMSG_SECRET_KEY_FILE"):
        settings.load(environ)
    assert not (tmp_path / "data").exists()


def test_certificates_must_be_certificates(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("canary")
    assert named(tmp_path, LEAVEMSG_CA_FILE=tmp_path / "ca.pem") == ["LEAVEMSG_CA_FILE"]
    assert named(tmp_path, LEAVEMSG_CA_FILE=tmp_path) == ["LEAVEMSG_CA_FILE"]


def test_a_file_of_regions_must_be_one(tmp_path: Path) -> None:
    good = regions.write(tmp_path / "4.xdb", {"1.2.3.0/24": "中国|广东省|深圳市|电信|CN"})
    broken = tmp_path / "broken.xdb"
    broken.write_bytes(good.read_bytes()[:-1])
    assert load(tmp_path, LEAVEMSG_IP2REGION=f" {good} ,").regions.find("1.2.3.4").province
    for wrong in (broken, f"{good},{broken}", tmp_path):
        assert named(tmp_path, LEAVEMSG_IP2REGION=wrong) == ["LEAVEMSG_IP2REGION"]


def test_networks_are_listed(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        LEAVEMSG_TRUSTED_PROXIES="10.0.0.0/8, ::1/128,",
        LEAVEMSG_EGRESS_ALLOW="127.0.0.1/32:8099,10.0.0.0/8",
    )
    assert [str(each) for each in found.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    assert len(found.egress_allow) == 2


def test_the_addresses_that_others_see_are_addresses(tmp_path: Path) -> None:
    found = load(tmp_path, LEAVEMSG_EGRESS_ADDRESS=" 203.0.113.7 , 2001:DB8::7,")
    assert found.egress_address == ("203.0.113.7", "2001:db8::7")
    assert load(tmp_path).egress_address == ()


@pytest.mark.parametrize("zone", ["Asia", "/etc/passwd", "../x", "UTC+8", "asia shanghai"])
def test_a_time_zone_has_a_name(tmp_path: Path, zone: str) -> None:
    assert named(tmp_path, LEAVEMSG_TIMEZONE=zone) == ["LEAVEMSG_TIMEZONE"]


@pytest.mark.parametrize("folder", ["file/data", "file"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="CONFIG LEAVEMSG_DATA_DIR: is not writable"):
        settings.load({"LEAVEMSG_DATA_DIR": str(tmp_path / folder)})


def test_the_home_of_nobody_is_no_folder(tmp_path: Path) -> None:
    assert "LEAVEMSG_DATA_DIR" in named(tmp_path, LEAVEMSG_DATA_DIR="~no-such-user-here/data")


def test_an_empty_setting_is_its_default(tmp_path: Path) -> None:
    empty = {option.name: "" for option in settings.OPTIONS}
    empty |= {"LEAVEMSG_DATA_DIR": str(tmp_path), "LEAVEMSG_SECRET_KEY": KEY}
    assert settings.load(empty) == load(tmp_path)


def test_every_option_says_what_it_is_for() -> None:
    assert all(option.help.endswith(("…", ".")) for option in settings.OPTIONS)


def test_without_a_word_data_lies_in_the_clone_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = Path(settings.__file__).resolve().parent.parent
    monkeypatch.chdir(tmp_path)

    assert settings.data_folder({}) == clone / "data"


def test_outside_of_a_clone_data_lies_in_the_home_for_all_who_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "__file__", str(tmp_path / "app/settings.py"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for environ, folder in (
        ({}, ".local/share/leavemsg"),
        ({"XDG_DATA_HOME": "~/share"}, "share/leavemsg"),
        ({"LEAVEMSG_DATA_DIR": " ~/desk "}, "desk"),
    ):
        assert settings.data_folder(environ) == tmp_path / folder
        assert settings.load({**environ, "LEAVEMSG_SECRET_KEY": KEY}).data_dir == tmp_path / folder
        assert own_presets.folder(environ) == tmp_path / folder / own_presets.FOLDER
