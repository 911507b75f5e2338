"""The visitor's receipt."""

from __future__ import annotations

import datetime as dt

import httpx
import msgspec
import pytest

from app import messages
from app.fields.check import Answers
from app.messages import Left, Visit
from app.tables import Organization
from tests.web.reading import Page
from web.visitor import receipt


def left(reference: str = "LM-7K3F9Q", *, duplicate: bool = False) -> Left:
    now = dt.datetime.now(dt.UTC)
    return Left(uid="u", reference=reference, status="pending", duplicate=duplicate, created_at=now)


@pytest.fixture(autouse=True)
def _settings(configure: object) -> None:
    """Signatures need a secret key."""


def test_a_link_opens_its_own_receipt_and_no_other() -> None:
    key = receipt.key("default", left())

    assert receipt.opened("default", "LM-7K3F9Q", key) == "u"
    assert receipt.opened("default", "LM-7K3F9R", key) is None
    assert receipt.opened("other", "LM-7K3F9Q", key) is None


def test_a_link_is_over_after_a_day() -> None:
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(hours=24, seconds=1)
    key = receipt.key("default", left(), now=yesterday)

    assert receipt.opened("default", "LM-7K3F9Q", key) is None


def test_a_link_cannot_be_made_to_show_another_message() -> None:
    until, _, signature = receipt.key("default", left()).split(".")

    assert receipt.opened("default", "LM-7K3F9Q", f"{until}.u.{signature}") == "u"
    assert receipt.opened("default", "LM-7K3F9Q", f"{until}.v.{signature}") is None


@pytest.mark.parametrize("key", ["", ".", "..", "1.1.x", "x.1.", "…", "9" * 5000])
def test_what_is_no_key_opens_nothing(key: str) -> None:
    assert receipt.opened("default", "LM-7K3F9Q", key) is None


@pytest.mark.parametrize(
    ("phone", "email", "shown"),
    [
        ("13800138000", "", "138****8000"),
        ("13800138000", "a@b.example", "138****8000"),
        ("1234567", "", "1****7"),
        ("", "zhangsan@example.com", "zh***@example.com"),
        ("", "li@example.com", "l***@example.com"),
        ("", "", ""),
    ],
)
async def test_contacts_are_masked_as_everywhere_else(
    org: Organization, answers: Answers, visit: Visit, phone: str, email: str, shown: str
) -> None:
    given = msgspec.structs.replace(answers, phone=phone, email=email)
    left = await messages.leave(org, given, visit, submission_id="one")
    assert receipt.reached_at(await messages.one(org.id, str(left.uid))) == shown


async def test_a_stranger_cannot_read_a_receipt(
    visitor: httpx.AsyncClient, org: Organization, answers: Answers, visit: Visit
) -> None:
    stored = await messages.leave(org, answers, visit, submission_id="one")
    address = f"/w/default/r/{stored.reference}"

    assert (await visitor.get(address)).status_code == 404
    assert (await visitor.get(f"{address}?k=1.1.x")).status_code == 404
    own = await visitor.get(f"{address}?k={receipt.key('default', stored)}")
    assert stored.reference in Page(own).words


async def test_who_left_a_wechat_id_only_is_reached_by_it(
    visitor: httpx.AsyncClient, org: Organization, visit: Visit
) -> None:
    said = Answers(content="价格", wechat="wangwu_88")
    stored = await messages.leave(org, said, visit, submission_id="one")
    key = receipt.key("default", stored)
    page = Page(await visitor.get(f"/w/default/r/{stored.reference}?k={key}"))

    assert "w****8" in page.words
    assert "wangwu_88" not in page.words


async def test_who_says_the_same_again_is_told_the_first_number_and_anybody_else_their_own(
    visitor: httpx.AsyncClient, org: Organization, answers: Answers, visit: Visit
) -> None:
    first = await messages.leave(org, answers, visit, submission_id="one")
    again = await messages.leave(org, answers, visit, submission_id="two")
    other = Answers(content=f" {answers.content} ", phone="13911112222")
    others = await messages.leave(org, other, visit, submission_id="three")
    assert again.duplicate
    assert others.duplicate
    assert again.reference == first.reference
    assert others.reference != first.reference

    for left in (again, others):
        key = receipt.key("default", left)
        page = await visitor.get(f"/w/default/r/{left.reference}?k={key}")
        assert left.reference in page.text
    assert "139****2222" in page.text
    assert "138****8000" not in page.text
