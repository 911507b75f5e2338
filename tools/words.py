"""Finds every sentence that people may read, and keeps the catalogues of translations complete.

python tools/words.py           add what is new (untranslated) and drop what is gone
python tools/words.py --check   name what has no translation, what is gone, what lost a {place}
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.languages import LANGUAGES, SOURCE, unicode  # noqa: E402

CATALOGUES = ROOT / "app" / "locales"
PLACE = re.compile(r"\{\w+\}")

# Where the sentence stands among the arguments of a call, by the name that is called.
ARGUMENTS: dict[str, tuple[int, ...]] = {
    "N_": (0,),
    "say": (1,),
    "say_many": (1, 2),
    "at": (2,),
    "Problem": (2,),
    "fault": (2,),
    "Conflict": (1,),
    "Finding": (2,),
    "Refused": (2,),
    "wrong": (1,),
    "uid": (3,),
    "UrlRefused": (1,),
    "refuse": (1,),
    "asked": (0, 1),
}
KEYWORDS = frozenset({"hint", "detail", "warning", "listed_as"})
# What a kind of channel says of itself.
OF_KINDS = frozenset({"label", "purpose", "accepted", "steps"})
# Tables whose values are shown; of a tuple, the last part.
TABLES = frozenset({"TITLES", "DEFAULTS", "VARIABLES", "COMPANIES", "MUST_BE"})
SENTENCE = re.compile(r"(?!SELECT|INSERT|UPDATE|DELETE)[A-Z][a-z']*[ ,][^\n]*[.!?]")
CODE_FOLDERS = ("app", "web")
# What programs, operators and migrations read stays English.
ENGLISH = re.compile(
    r"piccolo_migrations|settings\.py|web/api/(openapi|schemas|shapes)\.py|messages/shape\.py"
    r"|web/mcp/(call|tools)\.py"
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

# Nothing in it changes from run to run.
HEADER = r"""# The sentences of the product in {name}. `python tools/words.py` adds what is new.
msgid ""
msgstr ""
"Language: {locale}\n"
"Plural-Forms: {plurals}\n"
"Content-Type: text/plain; charset=utf-8\n"

"""

Found = dict[str, str]
"""Message id to its plural, which is empty where there is none."""


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only compare, change nothing")
    found = collect()
    if not parser.parse_args(argv).check:
        for tag in translated():
            update(tag, found)
        return 0
    faults = [f"{tag}: {fault}" for tag in translated() for fault in compare(found, catalogue(tag))]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def translated() -> list[str]:
    return [tag for tag in LANGUAGES if tag != SOURCE]


def presets() -> Iterator[dict[str, Any]]:
    """What the presets' files say, translations included."""
    for path in sorted((ROOT / "app" / "channels" / "presets").glob("*.toml")):
        yield tomllib.loads(path.read_text(encoding="utf-8"))


def of_preset(said: dict[str, Any]) -> Iterator[str]:
    yield from (said["label"], said["purpose"], *said["steps"])
    for field in said["fields"].values():
        yield from (field["label"], field.get("hint", ""), *field.get("choices", {}).values())
    yield from (trouble["hint"] for trouble in said.get("errors", ()))


def collect() -> Found:
    found: Found = {text: "" for said in presets() for text in of_preset(said) if text}
    for path in sorted((ROOT / "web" / "templates").rglob("*.html")):
        found |= from_template(path)
    for folder in CODE_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not ENGLISH.search(path.as_posix()):
                found |= from_code(path.read_text(encoding="utf-8"))
    return found


def from_template(path: Path) -> Found:
    found: Found = {}
    with path.open("rb") as file:
        for _, name, message, _ in babel_extract(file, ("_", "n_"), (), {}):
            parts: Any = message if isinstance(message, tuple) else (message,)
            texts = [part for part in parts if isinstance(part, str)]
            if texts:
                found[texts[0]] = texts[1] if name == "n_" else ""
    return found


def from_code(source: str) -> Found:
    tree = ast.parse(source)
    found = from_scope(tree, {})
    return {text: plural for text, plural in found.items() if text}


def from_scope(scope: ast.AST, outer: dict[str, list[str]]) -> Found:
    """A module's or a function's sentences; a name means what it is set to in here, or outside."""
    nodes = list(inside(scope))
    names = {**outer, **assigned(nodes)}
    found: Found = {}
    for node in nodes:
        if isinstance(node, FUNCTIONS):
            found |= from_scope(node, names)
        elif isinstance(node, ast.Call):
            found |= from_call(node, names)
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            found |= dict.fromkeys(from_assignment(node, names), "")
    return found


def inside(scope: ast.AST) -> Iterator[ast.AST]:
    """Everything in it, of functions in it only themselves."""
    waiting = children(scope)[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            waiting += children(node)[::-1]


def children(node: ast.AST) -> list[ast.AST]:
    """As `ast.iter_child_nodes`, which takes three times as long."""
    found: list[ast.AST] = []
    for value in vars(node).values():
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += (each for each in value if isinstance(each, ast.AST))
    return found


def from_call(node: ast.Call, names: dict[str, list[str]]) -> Found:
    name = called(node)
    places = ARGUMENTS.get(name, ())
    arguments = [node.args[place] for place in places if place < len(node.args)]
    if name == "say_many" and len(arguments) == 2:
        one, many = (texts(argument, names) for argument in arguments)
        return dict(zip(one, many, strict=False))
    arguments += [word.value for word in node.keywords if word.arg in KEYWORDS]
    if name == "asked":
        choices = [word.value for word in node.keywords if word.arg == "choices"]
        arguments += [each for table in choices for each in parts(table)]
    return {text: "" for argument in arguments for text in texts(argument, names)}


def called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def from_assignment(node: ast.Assign | ast.AnnAssign, names: dict[str, list[str]]) -> Iterator[str]:
    """Labels, tables of texts, and whatever constant reads like a sentence."""
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    if not isinstance(target, ast.Name) or node.value is None:
        return
    of_class = isinstance(node, ast.AnnAssign) and "ClassVar" in ast.unparse(node.annotation)
    if target.id in OF_KINDS and of_class:
        for part in parts(node.value):
            yield from texts(part, names)
    elif target.id in TABLES and isinstance(node.value, ast.Dict):
        for value in node.value.values:
            yield from texts(value.elts[-1] if isinstance(value, ast.Tuple) else value, names)
    elif target.id.isupper():
        for part in parts(node.value):
            yield from (text for text in texts(part, names) if SENTENCE.fullmatch(text))


def parts(node: ast.expr) -> Iterator[ast.expr]:
    """The values in a table, however it is nested; calls speak for themselves."""
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from parts(value)
    elif isinstance(node, ast.Tuple | ast.List):
        for element in node.elts:
            yield from parts(element)
    elif not isinstance(node, ast.Call):
        yield node


def texts(node: ast.expr, names: dict[str, list[str]]) -> list[str]:
    """Every text that the expression may be."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return texts(node.body, names) + texts(node.orelse, names)
    if isinstance(node, ast.Name):
        return names.get(node.id, [])
    if isinstance(node, ast.JoinedStr):
        return joined(node, names)
    return []


def joined(node: ast.JoinedStr, names: dict[str, list[str]]) -> list[str]:
    """An f-string of constants; one with anything else in it is no message id."""
    found = [""]
    for part in node.values:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        found = [text + more for text in found for more in texts(inner, names)]
    return found


def assigned(nodes: list[ast.AST]) -> dict[str, list[str]]:
    """What names are set to; `x += "…"` makes one more of each."""
    found: dict[str, list[str]] = {}
    more: dict[str, list[str]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).extend(texts(node.value, {}))
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            more.setdefault(node.target.id, []).extend(texts(node.value, {}))
    for name, endings in more.items():
        known = found.setdefault(name, [])
        known += [text + ending for text in list(known) for ending in endings]
    return found


def path_of(tag: str) -> Path:
    return CATALOGUES / f"{tag}.po"


def catalogue(tag: str) -> Catalog:
    if not path_of(tag).exists():
        return Catalog(locale=unicode(tag))
    with path_of(tag).open("rb") as file:
        return read_po(file, locale=unicode(tag))


def compare(found: Found, catalog: Catalog) -> list[str]:
    """One line for every sentence without its translation, and for every one without use."""
    known = {key(message.id): message.string for message in catalog if message.id}
    faults = [f"not translated: {text!r}" for text in found if not complete(known.get(text))]
    faults += [f"not used any more: {text!r}" for text in known if text not in found]
    for text, plural in found.items():
        for translated in forms(known.get(text, "")):
            if strange := set(PLACE.findall(translated)) - set(PLACE.findall(text + plural)):
                faults.append(f"unknown {', '.join(sorted(strange))} in {translated!r}")
    return faults


def complete(translation: Any) -> bool:
    return bool(translation) and all(forms(translation))


def forms(translation: Any) -> tuple[str, ...]:
    return (translation,) if isinstance(translation, str) else tuple(translation)


def key(message_id: Any) -> str:
    return message_id if isinstance(message_id, str) else str(message_id[0])


def update(tag: str, found: Found) -> None:
    """What is new stays untranslated, what is gone goes."""
    known = {key(message.id): message.string for message in catalogue(tag) if message.id}
    for said in presets():
        known = {**said.get("words", {}).get(tag, {}), **{k: v for k, v in known.items() if v}}
    new = Catalog(locale=unicode(tag), charset="utf-8")
    for text, plural in sorted(found.items()):
        string = known.get(text, "")
        if plural:
            new.add((text, plural), forms(string) if string else ("",) * new.num_plurals)
        else:
            new.add(text, forms(string)[0] if string else "")
    name = Locale.parse(unicode(tag)).english_name
    header = HEADER.format(name=name, locale=unicode(tag), plurals=new.plural_forms)
    with path_of(tag).open("wb") as file:
        file.write(header.encode())
        write_po(file, new, width=100, omit_header=True)


if __name__ == "__main__":
    sys.exit(main())
