"""Every preset of the product: what it sends, what it takes for a yes, and what for a no."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import random
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from app.catalogue import say
from app.channels import kinds, presets
from app.channels.kinds import KINDS, Lost
from app.channels.paste import complete, recognise
from app.channels.presets.answers import acceptance
from app.channels.presets.kind import Preset
from app.channels.presets.recipe import FaultyRecipe, read_recipe
from app.channels.written import Written
from app.egress.client import Client
from app.egress.way import Answer
from app.errors import SendError
from app.languages import LANGUAGES
from tests.app.channels.presets.vectors import TEXT, VECTORS
from tests.app.channels.things import notice, parcel
from tests.fakes.vendors import FakeVendors

PRESETS = {
    name: kind for name, kind in KINDS.items() if issubclass(kind, Preset) and not kind.of_an_admin
}
each = pytest.mark.parametrize("name", PRESETS)
NOW = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
OWN = """
label = "House bell"
purpose = "Rings in the shop"
documentation = "https://bell.example/docs"
steps = ["Plug it in.", "Read its address.", "Enter it."]
[fields.server]
label = "Server"
example = "https://bell.example"
[fields.tone]
label = "Tone"
default = "low"
choices = { low = "Low", high = "High" }
[request]
url = "{server}/ring"
method = "GET"
[request.body]
say = "{title}"
tone = "{tone}"
[text]
titled = true
[success]
body = "rung"
[[errors]]
status = [409]
outcome = "retry"
hint = "The bell rings already: {message}"
[words.zh-CN]
"House bell" = "门铃"
"""


def sender_of(name: str) -> Preset:
    made = kinds.parse({"type": name, **PRESETS[name].specimen()})
    assert isinstance(made, Preset)
    return made


def sent(name: str) -> Written:
    return sender_of(name).made(parcel(), nonce="n", now=NOW)


def answer(status: int, body: str) -> Answer:
    return Answer(status, {}, body.encode(), truncated=False, duration_ms=1)


def test_every_preset_has_its_vector() -> None:
    assert set(VECTORS) == set(PRESETS)


@each
def test_it_sends_what_the_platforms_page_says(name: str) -> None:
    made, vector = sent(name), VECTORS[name]
    if "json" in made.headers["Content-Type"]:
        body = json.loads(made.content)
    else:
        body = dict(parse_qsl(made.content.decode()))

    assert made.url == vector.url
    assert {key: body[key] for key in vector.sent} == vector.sent
    if name != "aliyun_sms":
        assert TEXT in json.dumps(body, ensure_ascii=False)


@each
def test_only_what_its_rule_confirms_is_accepted(name: str, egress: Client) -> None:
    sender, vector = sender_of(name), VECTORS[name]
    assert list(sender.faults(egress)) == []

    taken = acceptance(answer(*vector.yes), sender.recipe, parcel(), sender.secrets())

    assert taken.http_status == vector.yes[0]
    for status, body, outcome, field in vector.no:
        with pytest.raises(SendError) as caught:
            acceptance(answer(status, body), sender.recipe, parcel(), sender.secrets())
        found = caught.value
        assert (found.outcome, found.facts.get("field", "")) == (outcome, field), (status, body)
        assert "{" not in say("en", found.hint, found.facts)
    for body in ("", "<html>login</html>", "{}", "[]", "null", '{"code":null,"ok":"true"}'):
        if name != "teams":  # An empty 202 is all that Teams says.
            with pytest.raises(SendError):
                acceptance(answer(200, body), sender.recipe, parcel(), sender.secrets())


@each
def test_what_people_paste_is_recognised(name: str) -> None:
    pasted, field = VECTORS[name].pasted
    if pasted:
        found = recognise(pasted)
        assert found is not None
        assert found[0] == name
        assert found[1][field] == PRESETS[name].specimen()[field]


@each
def test_its_secrets_are_masked_and_every_sentence_is_translated(name: str) -> None:
    sender = sender_of(name)
    shown = kinds.masked(sender)

    assert any(field.secret for field in sender.recipe.fields.values())
    for field, about in sender.recipe.fields.items():
        if about.secret and getattr(sender, field):
            assert shown[field] != getattr(sender, field)
    for tag in LANGUAGES:
        if tag != "en":
            assert set(sender.recipe.words[tag]) == set(sender.recipe.sentences())
    assert sender.recipe.documentation.startswith("https://")


@each
def test_however_long_a_message_is_it_fits(name: str) -> None:
    sender = sender_of(name)
    long = parcel(notice(content="<@all> 很长的话 & more " * 3000))

    said = sender._draft(long).body
    size, limit = sender.size(long)

    assert 0 < sender._cost(said) <= sender.recipe.text.limit
    assert 0 < size <= (limit or 4 * sender.recipe.text.limit)


def test_a_new_host_asks_for_the_secret_again() -> None:
    old = sender_of("telegram")
    moved = {**kinds.masked(old), "server": "https://evil.example"}

    with pytest.raises(Exception, match="."):
        kinds.unmask(moved, old)
    assert kinds.unmask(kinds.masked(old), old)["token"] == old.specimen()["token"]


def test_what_is_pasted_whole_needs_no_form() -> None:
    assert complete("slack", {"webhook_url": "x"})
    assert not complete("telegram", {"token": "x"})


async def test_one_that_an_admin_wrote_works(
    tmp_path: Path, egress: Client, fakes: FakeVendors
) -> None:
    (tmp_path / "bell.toml").write_text(OWN, "utf-8")
    (tmp_path / "wecom.toml").write_text(OWN, "utf-8")
    (tmp_path / "broken.toml").write_text("label = \n", "utf-8")
    try:
        faults = presets.load(tmp_path)
        presets.load(tmp_path)  # A second look changes nothing.
        fakes.add_hook("bell/ring", [{"status": 200, "body": "rung"}])
        bell = kinds.parse({"type": "bell", "server": f"{fakes.url}/hook/bell/"})

        taken = await bell.send(parcel(), egress)

        assert [fault.split(":")[0] for fault in faults] == ["broken.toml", "wecom.toml"]
        assert "line 1" in faults[0]
        assert taken.code == "200"
        [call] = fakes.calls("hook")
        assert dict(call.query) == {"say": "新留言 LM-7K3F9Q · 产品咨询", "tone": "low"}
        assert say("zh-CN", KINDS["bell"].label) == "门铃"
    finally:
        KINDS.pop("bell", None)


def test_a_channel_whose_preset_is_gone_breaks_nothing() -> None:
    kept = kinds.restore({"type": "no_more", "server": "https://x.example"})

    assert isinstance(kept, Lost)
    assert KINDS["no_more"].label == "Channel of a missing preset"
    assert "no_more" not in KINDS
    assert "no_more" not in list(KINDS)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('label = "House bell"', "", "label"),
        ("{tone}", "{loud}", "line 18: there is no field loud"),
        ('method = "GET"', 'method = "DELETE"', "line 15"),
        ('default = "low"', 'default = "mid"', "line 9: the default of tone"),
        ('url = "{server}/ring"', 'url = "{server}/ring"\nsign = "md5"', "there is no signing md5"),
        ('body = "rung"', "", "success must say"),
        ("[fields.server]", "[fields.type]", "cannot be the name of a field"),
        ('label = "Server"', 'label = "Server"\npattern = "("', "is no pattern"),
        ('outcome = "retry"', 'outcome = "green"', "outcome"),
    ],
)
def test_a_fault_of_a_file_is_named_with_its_line(before: str, after: str, said: str) -> None:
    with pytest.raises(FaultyRecipe) as caught:
        read_recipe("bell", OWN.replace(before, after, 1))

    assert said in str(caught.value)


def test_where_the_platform_has_the_text_its_values_are_previewed() -> None:
    sender = sender_of("aliyun_sms")

    assert not sender.worded
    assert 'TemplateParam = {"number":"LM-7K3F9Q"}' in sender.preview(parcel())
    assert all(each.worded for name, each in PRESETS.items() if name != "aliyun_sms")


def test_whatever_lies_in_the_folder_is_named_and_keeps_nothing_from_starting(
    tmp_path: Path,
) -> None:
    deep, digits = "a=" + "[" * 30_000, "a=" + "9" * 60_000
    for name, content in {
        "empty": b"",
        "nul": b"\0",
        "latin": b"a='\xe9'",
        "deep": deep.encode(),
        "digits": digits.encode(),
        "huge": b"#" * (presets.LARGEST + 1),
        "UPPER": OWN.encode(),
    }.items():
        (tmp_path / f"{name}.toml").write_bytes(content)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.toml")).write_text(OWN)
    (tmp_path / "folder.toml").mkdir()
    # Each of these has no end, or waits for somebody to write.
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "gone.toml").symlink_to("nowhere")
    (tmp_path / "ring.toml").symlink_to("ring.toml")
    faults = presets.load(tmp_path)
    assert len(faults) == 13
    "\n".join(faults).encode()
    chance = random.Random(1)
    for _ in range(200):
        signs = list(OWN)
        for _ in range(3):
            signs[chance.randrange(len(signs))] = chance.choice("\"'{}[]\\=\n9é$(*+?|-")
        with contextlib.suppress(ValueError):
            read_recipe("bell", "".join(signs))
