"""token."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.cli.conftest import Done, Env, all_at_once, answer, refused

TypeIn = Callable[..., Done]
TOKEN = re.compile(r"lm_[a-z0-9]{12}_[A-Za-z0-9]{43}\n")


def test_a_token_is_printed_alone(type_in: TypeIn) -> None:
    done = type_in("token", "create", "--name", "crm", "--scopes", "all")
    assert (done.returncode, done.stderr) == (0, "")
    assert TOKEN.fullmatch(done.stdout)


def test_a_token_is_listed_without_its_secret_and_revoked(type_in: TypeIn) -> None:
    arguments = ("token", "create", "--name", "ci", "--scopes", "submit, config:read", "--json")
    made = answer(type_in(*arguments))["token"]
    _, public, secret = made.split("_")
    listed = type_in("token", "list", "--json")
    assert secret not in listed.stdout
    (row,) = [each for each in answer(listed) if each["id"] == public]
    assert (row["name"], row["revoked_at"]) == ("ci", None)
    assert row["scopes"] == ["submit", "config:read"]
    assert type_in("token", "revoke", public).returncode == 0
    assert f"{public}  revoked" in type_in("token", "list").stdout


def test_a_token_may_only_read_unless_told_otherwise_and_says_from_where(type_in: TypeIn) -> None:
    made = type_in("token", "create", "--name", "reader", "--networks", "10.1.2.3/8, ::1").stdout
    (row,) = [r for r in answer(type_in("token", "list", "--json")) if r["id"] in made]
    assert row["scopes"] == ["messages:read", "messages:contacts", "config:read"]
    assert row["networks"] == ["10.0.0.0/8", "::1"]
    assert (row["ends"], row["created_by"]) == (made.strip()[-4:], "leavemsg token")


def test_a_token_is_rotated_and_its_earlier_secret_ended(type_in: TypeIn) -> None:
    made = type_in("token", "create", "--name", "rotated").stdout
    public = made.split("_")[1]
    again = type_in("token", "rotate", public, "--overlap", "2", "--days", "30")
    assert TOKEN.fullmatch(again.stdout)
    assert again.stdout.split("_")[:2] == ["lm", public]
    (row,) = [r for r in answer(type_in("token", "list", "--json")) if r["id"] == public]
    assert (row["ends"], row["old_ends"]) == (again.stdout.strip()[-4:], made.strip()[-4:])
    assert "End it first" in refused(type_in("token", "rotate", public), 4)
    assert type_in("token", "revoke", public, "--old").stdout == "The earlier secret is ended.\n"
    refused(type_in("token", "revoke", public, "--old"), 3)
    refused(type_in("token", "rotate", "0" * 12), 3)


def test_a_token_that_cannot_be_is_refused(shop: Env) -> None:
    scopes, days = all_at_once(
        ("token", "create", "--name", "x", "--scopes", "everything"),
        ("token", "create", "--name", "x", "--scopes", "all", "--days", "0"),
        env=shop,
    )
    assert refused(scopes, 4) == "scopes: There is no scope everything\n"
    assert refused(days, 4) == "days: Use 1 to 365 days\n"
