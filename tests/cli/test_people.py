"""admin."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import PASSWORD, Done, Env, all_at_once, answer, refused
from tests.processes import Process, command, serve

TypeIn = Callable[..., Done]
TOKEN = re.compile(r"lm_[a-z0-9]{12}_[A-Za-z0-9]{43}\n")


def admin(email: str, *more: str) -> tuple[str, ...]:
    return ("admin", "create", "--email", email, "--password-stdin", *more)


@pytest.fixture
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    """The product, running."""
    running = serve(tmp_path_factory.mktemp("running") / "data").start()
    yield await running.ready()
    running.stop()


def test_before_the_first_start_an_admin_can_be_made(type_in: TypeIn) -> None:
    done = type_in(*admin("owner@shop.example"), input=f"{PASSWORD}\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "owner@shop.example can sign in.\n"


def test_machines_read_json(type_in: TypeIn) -> None:
    viewer = admin("viewer@shop.example", "--role", "viewer", "--json")
    made = answer(type_in(*viewer, input=PASSWORD))
    assert (made["email"], made["role"]) == ("viewer@shop.example", "viewer")


def test_refused_is_four_with_every_fault_in_a_line(type_in: TypeIn) -> None:
    said = refused(type_in(*admin("nobody"), input="short\n"), 4)
    assert said.splitlines() == [
        "email: Enter an email like name@example.com",
        "password: Use 10 to 128 characters",
    ]
    assert "short" not in said


def test_of_two_with_one_address_at_once_one_is_refused(shop: Env) -> None:
    twice = all_at_once(*[admin("twice@shop.example")] * 2, env=shop, input=PASSWORD)
    done, said = sorted(twice, key=lambda each: each.returncode)
    assert done.returncode == 0
    assert "already in use" in refused(said, 4)


def test_an_unknown_organization_is_three(shop: Env) -> None:
    nowhere = ("token", "list", "--organization", "nowhere")
    for each in all_at_once(nowhere, ("token", "revoke", "0" * 12), env=shop):
        assert len(refused(each, 3).splitlines()) == 1


def test_a_password_is_reset(shop: Env, type_in: TypeIn) -> None:
    type_in(*admin("reset@shop.example"), input=PASSWORD)
    known, unknown = all_at_once(
        *(
            ("admin", "reset-password", "--email", f"{name}@shop.example", "--password-stdin")
            for name in ("reset", "nobody")
        ),
        env=shop,
        input="another good one 1",
    )
    assert known.stdout == "reset@shop.example has a new password.\n"
    assert "Nobody has this email" in refused(unknown, 4)


def test_a_second_factor_is_removed(shop: Env, type_in: TypeIn) -> None:
    type_in(*admin("lost@shop.example"), input=PASSWORD)
    known, unknown = all_at_once(
        *(
            ("admin", "remove-second-factor", "--email", f"{name}@shop.example")
            for name in ("LOST", "nobody")
        ),
        env=shop,
    )
    assert known.stdout == "lost@shop.example signs in with the password alone.\n"
    refused(unknown, 3)


def test_members_are_listed_given_a_role_disabled_and_enabled(shop: Env, type_in: TypeIn) -> None:
    for name, role in (("boss", "owner"), ("li", "agent")):
        type_in(*admin(f"{name}@shop.example", "--role", role), input=PASSWORD)
    li = ("--email", "LI@shop.example")
    assert type_in("admin", "role", *li, "--role", "viewer").stdout == (
        "li@shop.example is viewer now.\n"
    )
    type_in("token", "create", "--name", "crm")
    with sqlite3.connect(Path(shop["LEAVEMSG_DATA_DIR"]) / "leavemsg.sqlite") as kept:
        kept.execute("UPDATE token SET maker = (SELECT id FROM agent WHERE email LIKE 'li@%')")
    out = "li@shop.example cannot sign in any more."
    done = type_in("admin", "disable", *li, "--keep-tokens").stdout
    assert re.fullmatch(f"{out}\nStill works: lm_\\w+_…\\w+ crm\n", done), done
    type_in("admin", "enable", *li)
    done = type_in("admin", "disable", *li).stdout
    assert re.fullmatch(f"{out}\nRevoked: lm_\\w+_…\\w+ crm\n", done), done
    listed = type_in("admin", "list")
    assert "li@shop.example  viewer  disabled  li" in listed.stdout
    assert "boss@shop.example  owner  never signed in  boss" in listed.stdout
    assert type_in("admin", "enable", *li).stdout == "li@shop.example can sign in again.\n"
    [row] = [
        each
        for each in answer(type_in("admin", "list", "--json"))
        if each["email"] == "li@shop.example"
    ]
    assert (row["role"], row["disabled_at"]) == ("viewer", None)


def test_who_is_nobody_and_the_last_owner(shop: Env, type_in: TypeIn) -> None:
    type_in(*admin("last@shop.example"), input=PASSWORD)
    refused(type_in("admin", "disable", "--email", "nobody@shop.example"), 3)
    for each in answer(type_in("admin", "list", "--json")):
        if each["role"] == "owner":
            last = type_in("admin", "disable", "--email", each["email"])
    assert "Somebody must stay an owner" in refused(last, 4)


def test_an_invitation_is_printed_alone(shop: Env, type_in: TypeIn) -> None:
    done = type_in("admin", "invite", "--role", "viewer", "--email", "new@shop.example")
    assert re.fullmatch(r"http://localhost:\d+/join/[\w-]{43}\n", done.stdout), done.stdout
    assert "email" in refused(type_in("admin", "invite", "--email", "nobody"), 4)


async def test_beside_the_running_product_both_work_at_once(product: Process) -> None:
    made, token = all_at_once(
        admin("owner@shop.example"),
        ("token", "create", "--name", "crm", "--scopes", "all"),
        env=product.env,
        input=PASSWORD,
    )
    assert (made.returncode, token.returncode) == (0, 0), made.stderr + token.stderr
    assert TOKEN.fullmatch(token.stdout)
    async with httpx.AsyncClient(base_url=product.url) as client:
        headers = {"Authorization": f"Bearer {token.stdout.strip()}"}
        config = await client.get("/api/v1/leavemsg/config", headers=headers)
        assert config.status_code == 200, config.text
        assert (await client.get("/login")).status_code == 200


def test_without_a_terminal_there_is_nobody_to_ask(shop: Env) -> None:
    done = command(*admin("a@shop.example")[:-1], env=shop)
    assert "--password-stdin" in refused(done, 2)
