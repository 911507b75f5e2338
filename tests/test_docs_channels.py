"""docs/channels.md says what the channels are, and its recipes work."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest
from msgspec import NODEFAULT
from playwright._impl._driver import compute_driver_executable
from standardwebhooks import Webhook

from app.channel_settings import COMMON
from app.channel_settings.entry import read_entry
from app.channels import CLASSES, dingtalk, feishu, outcomes, signatures, wecom, wecom_app
from app.channels.dingtalk import answers as dingtalk_answers
from app.channels.email import answers as smtp_answers
from app.channels.feishu import answers as feishu_answers
from app.channels.kinds import KINDS
from app.channels.outcomes import Rule
from app.deliveries import verdict
from app.notices import templates
from app.notices.notice import Notice, sample
from tests.documents import bare, blocks, examples, read, sections, table, tables

CHANNELS = read("docs/channels.md")
FOLDERS = [each.partition(":")[0] for each in CLASSES]
SECTIONS = sections(CHANNELS)
RECEIVING = SECTIONS["Receiving the custom webhook"]
# The default of what is not for the writer to say.
OURS = "ours"
SECRET = signatures.new_secret()
BODY = '{"message":{"content":"我想咨询"}}'.encode()

WORDS: dict[Any, str] = {
    str: "text",
    bool: "true or false",
    int: "number",
    type(None): "null",
}


def word(declared: Any) -> str:
    """What a type is called in the tables."""
    origin, inner = get_origin(declared), get_args(declared)
    if hasattr(declared, "__metadata__"):
        return word(inner[0])
    if origin is Literal:
        return ", ".join(f"`{choice}`" for choice in inner)
    if origin is list:
        return f"list of {word(inner[0])}s"
    if origin is dict:
        return f"object of {word(inner[1])}s"
    if inner:
        return _either([word(each) for each in inner if each is not float])
    if isinstance(declared, type) and issubclass(declared, msgspec.Struct):
        return "object"
    return WORDS[declared]


def _either(names: list[str]) -> str:
    return f"{', '.join(names[:-1])}{',' if len(names) > 2 else ''} or {names[-1]}"


def keys(struct: type[msgspec.Struct], above: str = "") -> Iterator[list[str]]:
    """Key, type and default of every field, those of nested objects below them."""
    for field in msgspec.structs.fields(struct):
        name = f"{above}{field.encode_name}"
        yield [f"`{name}`", word(field.type), default(field)]
        if nested := _struct(field.type):
            yield from keys(nested, f"{name}.")


def default(field: msgspec.structs.FieldInfo) -> str:
    if field.default_factory is not NODEFAULT:
        return f"`{json.dumps(field.default_factory())}`"
    return "required" if field.default is NODEFAULT else f"`{json.dumps(field.default)}`"


def _struct(declared: Any) -> type[msgspec.Struct] | None:
    if isinstance(declared, type) and issubclass(declared, msgspec.Struct):
        return declared
    found = (_struct(inner) for inner in get_args(declared))
    return next((each for each in found if each), None)


@pytest.mark.parametrize("kind", FOLDERS)
def test_every_key_of_a_kind_is_documented_with_type_and_default(kind: str) -> None:
    assert [row[:3] for row in table(SECTIONS[kind])] == list(keys(KINDS[kind]))


def test_the_keys_of_every_channel_are_documented() -> None:
    listed = table(SECTIONS["Keys of every channel"])

    assert {bare(row[0]) for row in listed} == {"type", *COMMON}
    ours = {"uid", "health", "same_as", "on_when_tested"}
    assert {bare(row[0]) for row in listed if row[2] == OURS} == ours


def test_the_defaults_of_every_channel_are_what_is_read(configure: Callable[..., Any]) -> None:
    entry = msgspec.to_builtins(read_entry(examples(SECTIONS["wecom"])[0]))
    listed = {bare(row[0]): bare(row[2]) for row in table(SECTIONS["Keys of every channel"])}
    settled = {
        name: json.loads(text) for name, text in listed.items() if text not in {"required", OURS}
    }

    assert settled == {name: entry[name] for name in settled}


@pytest.mark.parametrize("kind", FOLDERS)
def test_the_example_of_a_kind_is_accepted(kind: str, configure: Callable[..., Any]) -> None:
    [example] = examples(SECTIONS[kind])

    assert read_entry(example).sender.kind == kind


@pytest.mark.parametrize("kind", FOLDERS)
def test_the_limit_of_a_kind_is_told(kind: str) -> None:
    limit = KINDS[kind].limit_per_minute
    told = {bare(row[0]): row[4] for row in table(sections(read("README.md"))["Channels"])}

    assert told[kind] == (str(limit) if limit else "no cap")
    assert not limit or f"at most {limit}" in SECTIONS[kind].lower()


def rules(found: Collection[Rule], *first: str) -> list[list[str]]:
    return [
        [*first, _codes(each.codes, each.words), f"`{each.outcome}`", each.hint, each.source]
        for each in found
    ]


def _codes(codes: Collection[int], words: Collection[str] = ()) -> str:
    if isinstance(codes, range):
        listed = f"{codes.start}–{codes.stop - 1}"
    else:
        listed = ", ".join(map(str, codes)) or "any"
    return f"{listed} with {' / '.join(words)}" if words else listed


@pytest.mark.parametrize("module", [wecom, wecom_app, dingtalk, feishu])
def test_every_answer_of_a_robot_is_told(module: Any) -> None:
    section = SECTIONS[module.__name__.rpartition(".")[2]]

    assert tables(section)[1] == rules(module.TABLE.rules)


def test_every_answer_about_tokens_and_recalls_is_told() -> None:
    _, _, token, recall = tables(SECTIONS["wecom_app"])
    assert token == rules(wecom_app.TOKEN_TABLE.rules)
    assert recall == rules(wecom_app.RECALL_TABLE.rules)


def test_every_answer_of_a_mail_server_is_told() -> None:
    known = [row for stage, found in smtp_answers.RULES.items() for row in rules(found, stage)]

    assert tables(SECTIONS["email"])[1] == known


def test_every_status_of_a_receiver_is_told() -> None:
    assert tables(SECTIONS["custom"])[1] == rules(outcomes.STATUSES)


@pytest.mark.parametrize("module", [dingtalk_answers, feishu_answers])
def test_what_is_said_where_a_secret_is_missing_is_told(module: Any) -> None:
    section = SECTIONS[module.__package__.rpartition(".")[2]]

    assert module.SIGNING_ON_HINT in " ".join(section.split())


def test_the_schedule_of_retries_is_the_one_that_is_kept() -> None:
    told = SECTIONS["Limits, repeats and retries"]
    units = {3600: "h", 60: "min", 1: "s"}

    def words(seconds: int) -> str:
        unit = next(each for each in units if seconds % each == 0)
        return f"{seconds // unit} {units[unit]}"

    *first, last = map(words, verdict.SCHEDULE)
    assert f"after {', '.join(first)} and {last}, each" in " ".join(told.split())


def test_every_variable_of_a_template_is_told() -> None:
    listed = {bare(row[0]): row[1] for row in table(SECTIONS["Templates"])}

    assert listed == templates.VARIABLES


def test_the_examples_of_templates_are_accepted() -> None:
    [example] = blocks(SECTIONS["Templates"], "")

    templates.check(example)
    templates.check_json('{"text": "{{ visitor.name }}: {{ message.content }}"}')
    assert '{"text": "{{ visitor.name }}: {{ message.content }}"}' in SECTIONS["Templates"]


def test_the_unified_format_is_the_documented_one() -> None:
    documented = examples(RECEIVING)[0]
    notice: Notice = sample()

    assert _shape(documented) == _shape(notice.unified())


def _shape(value: Any) -> Any:
    return [(key, _shape(inner)) for key, inner in value.items()] if isinstance(value, dict) else 0


def request(secret: str) -> dict[str, str]:
    now = int(time.time())
    signature = signatures.sign(secret, "0190a5b0", now, BODY)
    return {
        "webhook-id": "0190a5b0",
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,b2xk {signature}",
    }


def test_the_documented_headers_are_sent() -> None:
    listed = {bare(row[0]) for row in table(RECEIVING)}

    assert listed >= set(request(SECRET))
    Webhook(SECRET).verify(BODY, request(SECRET))


def test_the_python_recipe_accepts_ours_and_nothing_else() -> None:
    recipe: dict[str, Any] = {}
    exec(blocks(RECEIVING, "python")[0], recipe)  # noqa: S102

    recipe["verify"](SECRET, request(SECRET), BODY)
    with pytest.raises(ValueError, match="wrong signature"):
        recipe["verify"](SECRET, request(SECRET), BODY + b" ")
    with pytest.raises(ValueError, match="too old"):
        recipe["verify"](SECRET, {**request(SECRET), "webhook-timestamp": "1700000000"}, BODY)


JAVASCRIPT = """
import { verify } from "./recipe.mjs";
const [secret, headers, body] = JSON.parse(process.argv[2]);
const tried = (sent) => { try { verify(secret, headers, sent); return "ok"; }
                          catch (error) { return error.message; } };
console.log(tried(Buffer.from(body)) + ", " + tried(Buffer.from(body + " ")));
"""


def test_the_javascript_recipe_accepts_ours_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "recipe.mjs").write_text(blocks(RECEIVING, "javascript")[0])
    (tmp_path / "try.mjs").write_text(JAVASCRIPT)
    node = str(compute_driver_executable()[0])
    given = json.dumps([SECRET, request(SECRET), BODY.decode()])

    tried = subprocess.run([node, "try.mjs", given], cwd=tmp_path, capture_output=True, text=True)

    assert tried.stdout == "ok, wrong signature\n", tried.stderr


def test_the_command_for_a_secret_makes_one(configure: Callable[..., Any]) -> None:
    [command] = [each for each in blocks(RECEIVING, "sh") if "whsec_" in each]
    made = subprocess.run(["sh", "-c", command], capture_output=True, text=True).stdout.strip()

    assert read_entry({**examples(SECTIONS["custom"])[0], "signing_secret": made})
