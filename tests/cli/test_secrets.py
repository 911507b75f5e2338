"""leavemsg secrets make: made once, never replaced, one's own are taken."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from cli.output import EXIT_REFUSED
from cli.secrets import secrets

NAMES = ("postgres/postgres_password", "product/database_url", "product/secret_key")


def make(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(secrets, ["make", str(folder), *options])


def found(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text() for name in NAMES}


def test_each_is_made_by_chance_and_fits_the_others(tmp_path: Path) -> None:
    assert make(tmp_path / "a").exit_code == make(tmp_path / "b").exit_code == 0

    one, other = found(tmp_path / "a"), found(tmp_path / "b")
    assert all(one[name] != other[name] for name in NAMES)
    assert one[NAMES[1]] == f"postgres://leavemsg:{one[NAMES[0]]}@postgres/leavemsg"
    assert len(one[NAMES[2]]) >= 32


def test_what_is_there_stays(tmp_path: Path) -> None:
    make(tmp_path)
    before = found(tmp_path)
    (tmp_path / NAMES[1]).unlink()

    told = make(tmp_path)

    assert found(tmp_path) == before
    assert told.output.splitlines() == [
        "postgres_password: kept",
        "database_url: made",
        "secret_key: kept",
    ]


def test_only_the_product_reads_its_key(tmp_path: Path) -> None:
    make(tmp_path)

    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in NAMES]
    assert modes == [0o644, 0o600, 0o600]


def test_ones_own_are_taken(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "postgres_password").write_text("p@ss/word\n")
    (given / "secret_key").write_text("k" * 40 + "\n")

    told = make(tmp_path, "--given", str(given))

    assert told.exit_code == 0
    assert found(tmp_path) == {
        NAMES[0]: "p@ss/word",
        NAMES[1]: "postgres://leavemsg:p%40ss%2Fword@postgres/leavemsg",
        NAMES[2]: "k" * 40,
    }
    assert (given / "secret_key").read_text() not in told.output


def test_a_key_that_is_too_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")

    told = make(tmp_path / "made", "--given", str(tmp_path))

    assert told.exit_code == EXIT_REFUSED
    assert "secret_key is too short" in told.output
