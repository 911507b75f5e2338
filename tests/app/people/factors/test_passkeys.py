"""Passkeys: what is accepted, and everything that is not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from app.errors import Invalid
from app.people.factors import passkeys
from app.people.factors.passkeys import Key, NotProven
from app.tables import Agent
from tests.fakes.authenticator import Authenticator, text

SESSION = "this session"


async def options(agent: Agent, session: object = SESSION) -> str:
    return await passkeys.options_to_add(agent.account, agent.email, agent.name, session)


async def added(agent: Agent, device: Authenticator, name: str = "phone") -> Key:
    answer = device.create(await options(agent))
    return await passkeys.keep(await passkeys.verified(agent.account, answer, name, SESSION))


async def refused(answer: str, agent: Agent | None = None) -> str:
    with pytest.raises(NotProven) as caught:
        await passkeys.check(answer, agent.account if agent else None)
    return caught.value.code


async def test_one_is_added_and_signs_in_alone_and_after_the_password(owner: Agent) -> None:
    device = Authenticator()
    key = await added(owner, device)
    assert (key.name, key.used_at, key.synced) == ("phone", None, False)
    assert json.loads(await options(owner))["excludeCredentials"][0]["id"] == text(device.id)

    alone = await passkeys.check(device.sign(passkeys.options_alone()))
    assert (alone.account, alone.id) == (owner.account, key.id)
    asked = await passkeys.options_second(owner.account)
    assert [each["id"] for each in json.loads(asked)["allowCredentials"]] == [text(device.id)]
    assert (await passkeys.check(device.sign(asked, verified=False), owner.account)).id == key.id
    assert (await passkeys.of(owner.account))[0].used_at is not None


async def test_several_are_kept_apart_and_one_is_registered_once(
    owner: Agent, stranger: Agent
) -> None:
    one, other = Authenticator(), Authenticator()
    first, second = await added(owner, one, "phone"), await added(owner, other, "laptop")
    for again in (owner, stranger):
        with pytest.raises(Invalid, match="passkey_taken"):
            await added(again, one)
    await passkeys.remove(stranger.account, first.id)
    await passkeys.rename(owner.account, second.id, "  work\nlaptop ")
    assert [each.name for each in await passkeys.of(owner.account)] == ["phone", "work laptop"]
    await passkeys.remove(owner.account, first.id)
    assert await refused(one.sign(passkeys.options_alone())) == "unknown"


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8081"},
        {"challenge": text(b"made up")},
        {"challenge": ""},
    ],
)
async def test_what_was_signed_for_others_is_refused(owner: Agent, wrong: dict[str, str]) -> None:
    device = Authenticator()
    await added(owner, device)
    asked = passkeys.options_alone()
    if wrong == {"challenge": ""}:
        wrong = {"challenge": json.loads(await passkeys.options_second(owner.account))["challenge"]}
    assert await refused(device.sign(asked, **wrong)) in (
        "challenge",
        "InvalidAuthenticationResponse",
    )


async def test_a_key_for_another_address_is_refused(owner: Agent) -> None:
    device = Authenticator()
    await added(owner, device)
    device.host = "evil.example"
    assert await refused(device.sign(passkeys.options_alone())) == "InvalidAuthenticationResponse"


async def test_an_answer_works_once_whether_the_key_counts_or_not(owner: Agent) -> None:
    for counts in (True, False):
        device = Authenticator(counts=counts)
        await added(owner, device)
        answer = device.sign(passkeys.options_alone())
        tries = await asyncio.gather(
            *(passkeys.check(answer) for _ in range(3)), return_exceptions=True
        )
        assert sum(isinstance(each, Key) for each in tries) == 1
        assert await refused(answer) == "replayed"


async def test_a_challenge_is_answered_by_one_key_only(owner: Agent) -> None:
    device, other = Authenticator(), Authenticator()
    await added(owner, device)
    await added(owner, other)
    asked = passkeys.options_alone()
    await passkeys.check(device.sign(asked))
    assert await refused(other.sign(asked)) == "replayed"


async def test_alone_it_must_have_verified_its_owner(owner: Agent) -> None:
    device = Authenticator()
    await added(owner, device)
    answer = device.sign(passkeys.options_alone(), verified=False)
    assert await refused(answer) == "InvalidAuthenticationResponse"


async def test_anothers_key_is_no_second_factor(owner: Agent, stranger: Agent) -> None:
    mine, theirs = Authenticator(), Authenticator()
    await added(owner, mine)
    await added(stranger, theirs)
    asked = await passkeys.options_second(owner.account)
    assert await refused(theirs.sign(asked), owner) == "unknown"
    for_them = await passkeys.options_second(stranger.account)
    assert await refused(mine.sign(for_them), owner) == "challenge"
    stranger_s = text(stranger.account.bytes)
    assert await refused(mine.sign(passkeys.options_alone(), handle=stranger_s)) == "owner"


async def test_a_copy_of_a_key_is_found_out(owner: Agent) -> None:
    device, copied = Authenticator(), Authenticator()
    await added(owner, device)
    copied.id, copied.key, copied.handle = device.id, device.key, device.handle
    await passkeys.check(device.sign(passkeys.options_alone()))
    await passkeys.check(device.sign(passkeys.options_alone()))
    assert await refused(copied.sign(passkeys.options_alone())) == "cloned"
    copied.counts, copied.count = False, 0
    assert await refused(copied.sign(passkeys.options_alone())) == "cloned"
    assert isinstance(await passkeys.check(device.sign(passkeys.options_alone())), Key)


async def test_a_forged_signature_is_none(owner: Agent) -> None:
    device, forger = Authenticator(), Authenticator()
    await added(owner, device)
    forger.id, forger.handle, forger.count = device.id, device.handle, 99
    assert await refused(forger.sign(passkeys.options_alone())) == "InvalidAuthenticationResponse"


async def test_one_is_added_only_in_the_session_and_for_the_challenge_that_was_given(
    owner: Agent,
) -> None:
    device = Authenticator()
    for answer in (
        device.create(await options(owner, "another session")),
        device.create(await options(owner), origin="https://evil.example"),
        device.sign(passkeys.options_alone()),
        Authenticator(host="evil.example").create(await options(owner)),
    ):
        with pytest.raises(Invalid, match="passkey"):
            await passkeys.verified(owner.account, answer, "", SESSION)
    good = device.create(await options(owner))
    key = await passkeys.keep(await passkeys.verified(owner.account, good, "", SESSION))
    await passkeys.remove(owner.account, key.id)
    with pytest.raises(Invalid, match="passkey"):
        await passkeys.verified(owner.account, good, "", SESSION)


async def test_a_challenge_is_good_for_ten_minutes(owner: Agent) -> None:
    device = Authenticator()
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        await added(owner, device)
        answer = device.sign(passkeys.options_alone())
        clock.shift(601)
        assert await refused(answer) == "challenge"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "x",
        "[]",
        "{}",
        "null",
        '{"response": {}}',
        '{"response": {"clientDataJSON": "€"}}',
        '{"response": {"clientDataJSON": "e30"}}',
        '{"response": {"clientDataJSON": "W10"}}',
        "x" * 30_000,
    ],
)
async def test_what_is_no_answer_is_only_refused(owner: Agent, answer: str) -> None:
    assert await refused(answer) == "challenge"
    with pytest.raises(Invalid, match="passkey"):
        await passkeys.verified(owner.account, answer, "", SESSION)


async def test_a_broken_answer_to_a_good_challenge_is_refused(owner: Agent) -> None:
    device = Authenticator()
    await added(owner, device)
    whole = json.loads(device.sign(passkeys.options_alone()))
    for part in ("authenticatorData", "signature"):
        broken = {**whole, "response": {**whole["response"], part: "AAAA"}}
        assert await refused(json.dumps(broken)) != "unknown"
        less = {**whole, "response": {**whole["response"]}}
        del less["response"][part]
        assert await refused(json.dumps(less)) != "unknown"


async def test_there_is_an_end_to_them(owner: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "PASSKEYS_MAX", 1)
    await added(owner, Authenticator())
    with pytest.raises(Invalid, match="too_many"):
        await added(owner, Authenticator())


@pytest.mark.parametrize(
    ("base", "why"),
    [
        ("https://desk.example", ""),
        ("http://localhost:8080", ""),
        ("http://desk.example", "insecure"),
        ("https://192.0.2.7", "address"),
        ("http://127.0.0.1:8080", "address"),
    ],
)
def test_where_browsers_offer_none_it_says_why(
    configure: Callable[..., Any], base: str, why: str
) -> None:
    configure(LEAVEMSG_BASE_URL=base, LEAVEMSG_ALLOW_INSECURE_HTTP="true")
    assert passkeys.trouble() == why
