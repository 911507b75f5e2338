"""What visitors may type, in every kind and format: it stays text, and the rest of the notice stays
whole."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given

from app.egress.client import Client
from tests.app.channels.things import (
    ALL,
    HTTP,
    INBOX,
    LINK,
    PLATFORMS,
    hostile_texts,
    made,
    name_of,
    notice,
    parcel,
    registered,
    sent,
    templates_of_somebody,
)
from tests.fakes.hostile import HOSTILE
from tests.fakes.mail import FakeMail
from tests.fakes.oracles import findings
from tests.fakes.vendors import FakeVendors

Variant = tuple[str, dict[str, Any]]

every = pytest.mark.parametrize("variant", ALL, ids=name_of)
every_http = pytest.mark.parametrize("variant", HTTP, ids=name_of)
every_platform = pytest.mark.parametrize("variant", PLATFORMS, ids=name_of)


@every_http
async def test_hostile_text_calls_nobody_and_leads_nowhere(
    variant: Variant, egress: Client, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    hostile = notice(name=HOSTILE, content=HOSTILE, category=HOSTILE, fields=((HOSTILE, HOSTILE),))
    await sender.send(parcel(hostile), egress)
    await sender.send(parcel(hostile, kind="digest", total=9), egress)
    await sender.send(parcel(hostile, kind="repeat"), egress)
    await sender.send(parcel(kind="alert", notices=(), text=HOSTILE), egress)

    for call in sent(fakes):
        assert call.mentions == []
        assert set(call.links) <= {LINK, INBOX}
        assert call.images == []


@every_platform
async def test_hostile_text_does_not_look_like_ours(
    variant: Variant, egress: Client, fakes: FakeVendors
) -> None:
    hostile = notice(name=HOSTILE, content=HOSTILE, fields=(("问", HOSTILE),), category="")

    await registered(variant, fakes).send(parcel(hostile), egress)

    for sign, covered in sent(fakes)[0].markup:
        assert sign == "quote" or covered.startswith("新留言 LM-7K3F9Q · 未分类")


@every_platform
@given(name=hostile_texts, content=hostile_texts, other=hostile_texts)
def test_whatever_a_visitor_types_stays_text(
    variant: Variant, name: str, content: str, other: str
) -> None:
    said = notice(name=name, content=content, category=other, fields=((other, name),))
    for what in (
        parcel(said),
        parcel(said, kind="digest"),
        parcel(said, kind="more"),
        parcel(said, kind="reminder"),
        parcel(msgspec.structs.replace(said, others=3), kind="repeat"),
        parcel(kind="alert", notices=(), text=content),
        parcel(said, fallback=True),
    ):
        found = findings(variant[0], json.loads(made(variant).body(what)))

        assert found.mentions == []
        assert set(found.links) <= {LINK, INBOX}
        assert found.images == []


@every_platform
@given(first=hostile_texts, second=hostile_texts)
def test_nothing_forms_across_two_variables(variant: Variant, first: str, second: str) -> None:
    template = "x\n{{visitor.name}}{{message.category}}{{message.content}}{{visitor.phone}}"
    said = notice(name=first, category=second, content=first, phone=second)
    message = made(variant).body(parcel(said, template=template))
    found = findings(variant[0], json.loads(message))

    assert found.mentions == []
    assert set(found.links) <= {LINK}
    assert found.images == []


@every_platform
@given(template=templates_of_somebody, typed=hostile_texts)
def test_no_template_lets_a_visitor_link_or_call(
    variant: Variant, template: str, typed: str
) -> None:
    def said(value: str) -> Any:
        visitor = notice(name=value, content=value, page_url=value, fields=(("f", value),))
        message = made(variant).body(parcel(visitor, template=f"x\n{template}"))
        return findings(variant[0], json.loads(message))

    harmless, found = said("x"), said(typed)

    assert set(found.mentions) <= set(harmless.mentions)
    assert set(found.links) <= {*harmless.links, LINK}
    assert set(found.images) <= set(harmless.images)


@every_platform
@pytest.mark.parametrize("filling", ["中", "a", "👨‍👩‍👧‍👦", "\n", '"', "<", "&", "e\u0301", "-\n"])
async def test_only_the_content_is_cut_to_the_limit(
    variant: Variant, filling: str, egress: Client, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    answers = tuple((f"问题{n}", "答" * 200) for n in range(50))
    long = notice(content=filling * 20_000 + "end", fields=answers)

    await sender.send(parcel(long), egress)

    said = sent(fakes)[0].raw.decode()
    # The digits and the address stay as they are in every dialect but Feishu's own entities.
    shown = said.replace("&#45;", "-").replace("&#64;", "@").replace("\uff1a", ":")
    for kept in ("LM", "7K3F9Q", "13800138000", "zhangsan@example.com", LINK):
        assert kept in shown


@every_platform
async def test_a_digest_without_room_counts_what_it_does_not_list(
    variant: Variant, egress: Client, fakes: FakeVendors
) -> None:
    sender = registered(variant, fakes)
    wordy = [
        notice(reference=f"LM-{n}", name="长" * 64, email=f"{'x' * 64}{n}@{'y' * 60}.example")
        for n in range(20)
    ]

    await sender.send(parcel(*wordy, kind="digest", total=400), egress)

    preview = sender.preview(parcel(*wordy, kind="digest", total=400))
    shown = sum(f"{'x' * 64}{n}@{'y' * 60}.example" in preview for n in range(20))
    assert shown >= 3
    assert f"还有 {400 - shown} 条" in preview


@every
@pytest.mark.parametrize(
    "name",
    [
        "\u2028张\u2029三\u0085",
        "a\x00b\x0b\x0c\x1c\x7f",
        "lone \ud83d surrogate",
        "😀" * 2500,
        "张三\r\nBcc: x@y.z",
        "=?utf-8?q?hi=0D=0ABcc:_x@y.z?=",
    ],
)
async def test_a_visitor_may_have_any_name(
    variant: Variant, name: str, egress: Client, fakes: FakeVendors, mail: FakeMail
) -> None:
    sender = registered(variant, fakes, mail)

    await sender.send(parcel(notice(name=name, category=name, content=name)), egress)

    assert len([call for call in sent(fakes) if call.ok]) + len(mail.messages) == 1


@every
async def test_an_answer_to_an_own_field_arrives_with_its_label(
    variant: Variant, egress: Client, fakes: FakeVendors, mail: FakeMail
) -> None:
    said = notice(fields=(("订单号", "A1"),), keyed=(("order_no", "A1"),))
    template = '{"订单号": "{{fields.order_no}}"}' if variant[0] == "custom" else ""
    await registered(variant, fakes, mail).send(parcel(said, template=template), egress)

    if variant[0] == "email":
        (letter,) = mail.messages
        body = letter.message.get_body(("plain",))
        assert body is not None
        assert "订单号：A1" in body.get_content()
        return
    texts = list(leaves(json.loads(sent(fakes)[0].raw), names=True))
    assert any("订单号" in text for text in texts)
    assert any("A1" in text for text in texts)


@every_http
def test_control_characters_never_reach_the_wire(variant: Variant) -> None:
    nasty = "".join(map(chr, [*range(32), *range(127, 160), 0x200B, 0x202E, 0xFEFF]))
    said = notice(name=nasty + "x", content=nasty + "y", category=nasty, phone=nasty)
    for leaf in leaves(json.loads(made(variant).body(parcel(said)))):
        assert not [c for c in leaf if unicodedata.category(c) in ("Cc", "Cf") and c not in "\n\t"]


def leaves(tree: Any, *, names: bool = False) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        if names and isinstance(tree, dict):
            yield from tree
        for inner in tree.values() if isinstance(tree, dict) else tree:
            yield from leaves(inner, names=names)
