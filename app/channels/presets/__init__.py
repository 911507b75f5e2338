"""Kinds of channels that are a file each: what to ask for, how to send, what an answer means.

`docs/presets.md` describes the file. Those here come with the product; an admin's own lie in
`presets/` of the data folder. https://github.com/toml-lang/toml
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from app import catalogue
from app.channels.kinds import KINDS
from app.channels.presets.kind import Preset, kind_of
from app.channels.presets.recipe import FaultyRecipe, Recipe, read_recipe

LARGEST = 65_536
"""Bytes of a file."""


def built_in() -> Iterator[Recipe]:
    """Those of the product, in the order in which people are offered them."""
    folder = resources.files(__name__)
    found = [
        read_recipe(each.name.removesuffix(".toml"), each.read_text("utf-8"))
        for each in folder.iterdir()
        if each.name.endswith(".toml")
    ]
    yield from sorted(found, key=lambda recipe: (recipe.position, recipe.name))


def register(recipe: Recipe) -> type[Preset]:
    kind = kind_of(recipe)
    KINDS[recipe.name] = kind
    return kind


def load(folder: Path) -> list[str]:
    """Adds the kinds that an admin wrote. Returns what is wrong with files, a sentence each: such a
    file is left out, and everything else works."""
    faults: list[str] = []
    if not folder.is_dir():
        return faults
    for path in sorted(folder.glob("*.toml")):
        try:
            _take(path)
        except (OSError, ValueError, RecursionError) as error:
            # A name that is no UTF-8 cannot be printed.
            faults.append(f"{path.name.encode(errors='replace').decode()}: {error}")
    return faults


def _read(path: Path) -> str:
    # A device or a pipe has no end, or waits for somebody to write.
    if not path.is_file():
        raise FaultyRecipe("it is no file")
    with path.open("rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise FaultyRecipe(f"it is larger than {LARGEST} bytes")
    return raw.decode()


def _take(path: Path) -> None:
    known = KINDS.get(path.stem)
    if known is not None and not (issubclass(known, Preset) and known.of_an_admin):
        raise FaultyRecipe(f"there is a kind {path.stem} already: give the file another name")
    recipe = read_recipe(path.stem, _read(path))
    register(recipe).of_an_admin = True
    for tag, words in recipe.words.items():
        catalogue.add(tag, words)
