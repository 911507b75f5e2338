"""Sentences in every language."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from app import catalogue
from app.languages import LANGUAGES
from tools import words as tool


@pytest.mark.parametrize("tag", tool.translated())
def test_every_sentence_is_translated(tag: str) -> None:
    assert tool.compare(tool.collect(), tool.catalogue(tag)) == []


def test_sentences_are_found_where_they_hide() -> None:
    source = """
HINT = "Copy the robot's address again."
TABLE = {"a": ("retry", "It is tried again by itself.")}
OPERATOR = "Ask the operator."
OPEN = {"x": f"This is private. {OPERATOR}"}
class Kind: label: ClassVar[str] = "A kind"
def one():
    detail = "There is no variable {name}."
    detail += " Did you mean {near}?"
    raise Problem("/x", "code", detail)
def two():
    raise Invalid.at("/y", "code", "First." if x else "Second.")
"""
    assert set(tool.from_code(source)) == {
        "Copy the robot's address again.",
        "It is tried again by itself.",
        "Ask the operator.",
        "This is private. Ask the operator.",
        "A kind",
        "There is no variable {name}.",
        "There is no variable {name}. Did you mean {near}?",
        "First.",
        "Second.",
    }


@pytest.mark.parametrize("tag", tool.translated())
def test_a_catalogue_is_read_as_its_writer_reads_it(tag: str) -> None:
    written = tool.catalogue(tag)
    said = {
        one.id if isinstance(one.id, str) else one.id[0]: one.string for one in written if one.id
    }

    read = catalogue.catalogue(tag)

    assert read.texts == said
    form = gettext.c2py(written.plural_expr)
    assert [read.form(n) for n in range(200)] == [form(n) for n in range(200)]


def test_what_is_escaped_and_what_goes_on_in_the_next_line_is_one_text(tmp_path: Path) -> None:
    path = tmp_path / "xx.po"
    path.write_text(
        '# said "so"\nmsgid ""\n"a \\"b\\" "\n"\\\\n\\n"\nmsgid_plural "c"\nmsgstr[0] "1"\n'
        '#~ msgid "gone"\n#~ msgstr "x"\n\nmsgid "d"\nmsgstr ""\n',
        encoding="utf-8",
    )

    assert list(catalogue._entries(path)) == [
        {"msgid": 'a "b" \\n\n', "msgid_plural": "c", "msgstr[0]": "1"},
        {"msgid": "d", "msgstr": ""},
    ]


def test_a_catalogue_without_an_entry_has_none(tmp_path: Path) -> None:
    path = tmp_path / "xx.po"
    path.write_text("# nothing yet\n", encoding="utf-8")

    assert list(catalogue._entries(path)) == []


def test_facts_fill_the_places() -> None:
    said = catalogue.say("zh-CN", "Use {min} to {max} characters", {"min": 10, "max": "128"})

    assert said == "用 10 到 128 个字符"


def test_a_value_that_looks_like_a_place_is_not_filled_again() -> None:
    assert catalogue.fill("{a} {b}", {"a": "{b}", "b": "1"}) == "{b} 1"


def test_unknown_places_and_unknown_sentences_stay() -> None:
    assert catalogue.say("zh-CN", "Nobody wrote {this}", {}) == "Nobody wrote {this}"


@pytest.mark.parametrize(("n", "said"), [(1, "Fix 1 item"), (2, "Fix 2 items"), (0, "Fix 0 items")])
def test_english_has_a_plural(n: int, said: str) -> None:
    assert catalogue.say_many("en", "Fix {n} item", "Fix {n} items", n) == said


def test_chinese_has_none() -> None:
    assert catalogue.say_many("zh-CN", "Fix {n} item", "Fix {n} items", 2) == "有 2 处需要修改"


def test_a_list_is_written_as_the_language_writes_it() -> None:
    assert catalogue.listed("zh-CN", ["甲", "乙", "丙"]) == "甲、乙、丙"
    assert catalogue.listed("en", ["a", "b"]) == "a, b"


def test_one_sentence_in_every_language() -> None:
    assert catalogue.in_all("Phone").keys() == LANGUAGES.keys()
    assert catalogue.in_all("Phone")["zh-CN"] == "电话"


def test_all_languages_can_be_read_before_anybody_asks() -> None:
    catalogue.catalogue.cache_clear()
    catalogue.load()
    read = catalogue.catalogue.cache_info().misses
    for tag in LANGUAGES:
        catalogue.say(tag, "Save")
    assert (read, catalogue.catalogue.cache_info().misses) == (len(LANGUAGES), len(LANGUAGES))
