"""How far one has to read: what a module imports, what that imports, and so on to the ground."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

from tests.documents import ROOT, nodes

DEPTH_MAX = 15
"""From a command to the ground. Whoever needs one name of a package takes it from the module that
has it: through an `__init__` that collects everything, everything would be below."""
MIGRATIONS = ROOT / "app" / "piccolo_migrations"

Graph = dict[str, set[str]]


def modules() -> dict[str, Path]:
    found = {}
    for folder in ("app", "web", "tasks", "cli"):
        for path in (ROOT / folder).rglob("*.py"):
            if MIGRATIONS not in path.parents:
                parts = path.relative_to(ROOT).with_suffix("").parts
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """Every name that is imported and where from, at the top of the file or inside a function."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((each.name, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{each.name}", node.module) for each in node.names)


def imports() -> Graph:
    """What each module of the product takes from others: a module, or a name of a package."""
    known = modules()
    graph: Graph = {}
    for name, path in known.items():
        taken = {full if full in known else module for full, module in imported(path)}
        graph[name] = taken & set(known) - {name}
    # Its folders are imported by their names.
    graph["app.channels"] |= {each for each in known if each.count(".") == 2} & {
        f"app.channels.{path.parent.name}" for path in ROOT.glob("app/channels/*/__init__.py")
    }
    return graph


def longest(graph: Graph) -> list[str]:
    """The chain with the most modules. A circle of imports raises CycleError, which names it."""
    chains: dict[str, list[str]] = {}
    for name in graphlib.TopologicalSorter(graph).static_order():
        below = max((chains[each] for each in graph[name]), key=len, default=[])
        chains[name] = [name, *below]
    return max(chains.values(), key=len)


def test_no_chain_of_imports_is_too_long_and_none_is_a_circle() -> None:
    chain = longest(imports())

    assert len(chain) <= DEPTH_MAX, " imports ".join(chain)
