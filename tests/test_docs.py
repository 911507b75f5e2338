"""What the documents say is there, and what is there is documented."""

from __future__ import annotations

import ast
import importlib
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app import tables as rows
from app.people.token_shape import SCOPES
from app.settings import OPTIONS
from cli import main, output
from tests.documents import (
    DOCUMENTS,
    ROOT,
    bare,
    blocks,
    commands,
    nodes,
    read,
    sections,
    table,
    tables,
)

DONE, WRONG_USAGE = 0, 2
# Where the code stands among the arguments.
CODE_AT = {"Refused": 1, "Fault": 1, "Conflict": 0, "Gone": 0}
# Only pages of the console can meet these; people read the sentence.
NOT_OF_THE_API = {
    "by_provider",
    "configuration_changed",
    "contacts_masked",
    "content_needed",
    "draft_gone",
    "first_brand",
    "first_organization",
    "nothing_chosen",
    "not_empty",
    "slug_taken",
    "switched_off",
    "too_late",
}
NAMES = {document.name: document.read_text("utf-8") for document in DOCUMENTS}
DOTTED = re.compile(r"`((?:app|web|tasks|cli)\.[a-z_]\w*(?:\.\w+)*)`")
PLACE = re.compile(r"`((?:app|web|tasks|cli|tests|bench|docs|tools|deploy)/[\w./-]*)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def options_of(command: click.Command) -> set[str]:
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
        if name.startswith("--") and name != "--help"
    }


def test_every_setting_is_documented_with_its_default() -> None:
    documented = {bare(row[0]): bare(row[1]) for row in table(read("docs/settings.md"))}

    assert documented == {option.name: option.default or "empty" for option in OPTIONS}


def test_every_command_is_documented_with_its_options() -> None:
    listed = {bare(row[0]): row[1] for row in table(sections(read("docs/install.md"))["Commands"])}
    known = {
        name: command
        for name, command in commands(main.commands)
        if not isinstance(command, click.Group)
    }

    assert set(listed) == set(known)
    for name, command in known.items():
        assert set(re.findall(r"`(--[\w-]+)`", listed[name])) == options_of(command), name


def test_every_exit_code_is_documented() -> None:
    codes = tables(sections(read("docs/install.md"))["Commands"])[1]
    known = {value for name, value in vars(output).items() if name.startswith("EXIT_")}

    assert {int(row[0]) for row in codes} == {DONE, WRONG_USAGE, *known}


def test_every_scope_is_documented() -> None:
    listed = table(sections(read("docs/api.md"))["Tokens and scopes"])

    assert [bare(row[0]) for row in listed] == list(SCOPES)


def test_every_table_is_documented() -> None:
    listed = table(sections(read("docs/architecture.md"))["The rows"])
    named = [name for row in listed for name in re.findall(r"`(\w+)`", row[0])]

    assert sorted(named) == sorted(each._meta.tablename for each in rows.ALL)


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    node = json.loads(read("tools/node/package.json"))["devDependencies"]
    more = project["optional-dependencies"]
    tests = [each for each in more["test"] if each not in more["tracing"]]
    for declared, listed in zip(
        (project["dependencies"], more["tracing"], tests, node),
        tables(sections(read("docs/decisions.md"))["Dependencies"]),
        strict=True,
    ):
        names = [re.split(r"[\[<>=; ]", each)[0] for each in declared]
        assert [bare(row[0]) for row in listed] == names
        assert all(row[1] for row in listed)


def test_a_decision_has_a_date_a_reason_and_a_price_in_eight_lines() -> None:
    for title, text in sections(read("docs/decisions.md"), 3).items():
        assert re.match(r"\d{4}-\d\d-\d\d \w", title), title
        assert "Price:" in text, title
        assert len(text.split("## Dependencies")[0].strip().splitlines()) < 8, title


def test_models_find_every_document_and_nothing_else() -> None:
    """docs/llms.txt, in the form of llmstxt.org."""
    text = read("docs/llms.txt")
    listed = re.findall(r"^- \[[^\]]+\]\(([^)]+)\): \S", text, re.M)
    places = [(ROOT / "docs" / each).resolve() for each in listed]

    assert re.match(r"# .+\n\n> .+\n\n", text)
    assert sorted(places) == DOCUMENTS
    assert len(listed) == text.count("](")


@pytest.mark.parametrize("name", NAMES)
def test_what_a_document_names_in_the_code_is_there(name: str) -> None:
    for dotted in DOTTED.findall(NAMES[name]):
        assert _found(dotted), dotted


def _found(dotted: str) -> bool:
    """A module, or something in one."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize("name", NAMES)
def test_every_place_and_link_in_a_document_leads_somewhere(name: str) -> None:
    document = next(each for each in DOCUMENTS if each.name == name)
    for place in PLACE.findall(NAMES[name]):
        assert (ROOT / place).exists(), place
    for link in LINK.findall(NAMES[name]):
        address, _, anchor = link.partition("#")
        if address.startswith("https://"):
            continue
        target = document.parent / address if address else document
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


def _anchors(document: Path) -> set[str]:
    """What a heading is called in a link: letters, digits and hyphens."""
    heads = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_the_readme_begins_with_the_two_commands() -> None:
    first = blocks(read("README.md"), "sh")[0].splitlines()

    assert [line.split("#")[0].strip() for line in first] == ["make run", "make test"]
    for target in ("run", "test", "demo", "lint", "bench", "lock"):
        assert re.search(rf"^{target}:", read("Makefile"), re.M)


@pytest.mark.parametrize(("name", "limit"), [("README.md", 130), ("CONTRIBUTING.md", 170)])
def test_papers_stay_short(name: str, limit: int) -> None:
    assert len(read(name).splitlines()) <= limit


def test_the_makefile_targets_that_documents_name_are_there() -> None:
    targets = set(re.findall(r"^(\w+):", read("Makefile"), re.M))
    for text in NAMES.values():
        assert set(re.findall(r"`make (\w+)[ `]", text)) <= targets


def test_every_code_of_a_problem_is_documented() -> None:
    errors = sections(read("docs/api.md"))["Errors"]

    assert {bare(row[1]) for row in table(errors)} == set(_codes()) - NOT_OF_THE_API


def _codes() -> Iterator[str]:
    """Codes of whole answers; the console's pages show theirs to people."""
    from web.http.faults import DEFAULTS

    yield from (code for code, _ in DEFAULTS.values())
    for path in [*ROOT.glob("app/**/*.py"), *ROOT.glob("web/**/*.py")]:
        if path.name == "auth.py":
            continue
        for node in nodes(path):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                code = node.args[CODE_AT[node.func.id]] if node.func.id in CODE_AT else None
                if isinstance(code, ast.Constant):
                    yield str(code.value)


def test_the_frequent_codes_of_faults_are_real() -> None:
    errors = sections(read("docs/api.md"))["Errors"]
    listed = re.findall(r"`(\w+)`", errors.split("Frequent codes")[1].split("New ones")[0])
    code = "".join(
        path.read_text("utf-8")
        for folder in ("app", "web")
        for path in (ROOT / folder).rglob("*.py")
    )

    assert [each for each in listed if f'"{each}"' not in code] == []


def test_the_style_is_shown_by_ten_pairs_on_one_page() -> None:
    style = read("STYLE.md")
    [pairs] = tables(style)
    assert len(pairs) == 10
    assert len(style.splitlines()) <= 60
