"""Every act that is written anywhere has words, in both languages and in an area."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalogue import say
from app.languages import LANGUAGES, SOURCE
from app.people.audit.acts import ACTS, AREAS, MESSAGES, WORDS, area_of
from tests.documents import ROOT, nodes

ACT = re.compile(r"[a-z_]+\.[a-z_]+")
MADE = {
    "f'message.{act.action}'": {f"message.{each}" for each in MESSAGES},
    "f'messages.{act.action}'": {f"messages.{each}" for each in MESSAGES},
    "f'message.{action}'": {
        f"message.{each}"
        for each in ("replied", "noted", "solved", "unsolved", "drafted", "discarded")
    },
    "f'messages.{action}'": {"messages.notified", "messages.undone"},
    "f'{part}.added'": {"outcomes.added", "reasons.added"},
    "f'{part}.renamed'": {"outcomes.renamed", "reasons.renamed"},
    "f'{part}.ordered'": {"outcomes.ordered", "reasons.ordered"},
    "f\"{part}.{('retired' if retired else 'restored')}\"": {
        f"{part}.{done}" for part in ("outcomes", "reasons") for done in ("retired", "restored")
    },
    "f\"channel.{('on' if enabled else 'off')}\"": {"channel.on", "channel.off"},
    "f\"form.proof_of_work_{('on' if on else 'off')}\"": {
        "form.proof_of_work_on",
        "form.proof_of_work_off",
    },
}
"""What f-strings stand for: one that is not here fails."""
MAKES = re.compile(r"""f['"](?:[a-z_]+\.[a-z_]*\{|\{\w+\}\.)""")
NOT_READ = ("app/piccolo_migrations", "app/people/audit/acts.py", "cli/main.py")
ENDINGS = (".html", ".py", ".jsonl")
MODULES = re.compile(r"(?:app|web|cli|tasks)\.")
RECORDS = re.compile(r"\b(?:audit|owned)\b")
ACTION = re.compile(r"Act\(\s*\"(\w+)\"( if \w+ else \"(\w+)\")?")


def written() -> Iterator[tuple[str, str]]:
    """Every text in the product that looks like an act, where acts are recorded."""
    for folder in ("app", "web", "cli", "tasks"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            name = str(path.relative_to(ROOT))
            if name.startswith(NOT_READ) or not RECORDS.search(text):
                continue
            within = {id(part) for node in _made(path) for part in node.values}
            for node in nodes(path):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    fits = ACT.fullmatch(node.value) and id(node) not in within
                    if fits and not node.value.endswith(ENDINGS) and not MODULES.match(node.value):
                        yield name, node.value
            yield from (
                (name, said) for node in _made(path) if MAKES.match(said := ast.unparse(node))
            )


def _made(path: Path) -> list[ast.JoinedStr]:
    return [node for node in nodes(path) if isinstance(node, ast.JoinedStr)]


def test_every_act_has_words() -> None:
    missing = [
        (where, act)
        for where, text in written()
        for act in MADE.get(text, {text})
        if act not in WORDS
    ]
    assert missing == []


def test_what_is_done_with_messages_is_all_there() -> None:
    found: set[str] = set()
    for name in ("acts.py", "change.py", "taken_back.py"):
        text = (ROOT / "app/messages" / name).read_text("utf-8")
        for first, _, second in ACTION.findall(text):
            found |= {first, second} - {""}
    assert found == set(MESSAGES)


@pytest.mark.parametrize("locale", [each for each in LANGUAGES if each != SOURCE])
def test_acts_and_areas_are_translated(locale: str) -> None:
    texts = [*WORDS.values(), *AREAS.values()]
    assert [text for text in texts if say(locale, text) == text] == []


def test_an_act_belongs_to_an_area_and_an_unknown_one_to_the_organization() -> None:
    assert set(ACTS) == set(AREAS)
    assert area_of("messages.exported") == "exports"
    assert area_of("nobody.knows") == "general"
