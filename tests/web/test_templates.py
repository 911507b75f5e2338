"""Rules that keep the pages safe and the same everywhere, seen in the files themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import faces
from web.http import assets, render

FOLDER = Path(render.__file__).parent.parent / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
COLUMNS = 120
STYLES = sorted((assets.FOLDER / "css").rglob("*.css"))
SCRIPTS = sorted(faces.SOURCES.rglob("*.js"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(FOLDER).as_posix())
class TestEveryTemplate:
    def test_compiles(self, path: Path) -> None:
        render.ENVIRONMENT.get_template(path.relative_to(FOLDER).as_posix())

    def test_fits_a_screen_beside_another(self, path: Path) -> None:
        long = [line for line in path.read_text().splitlines() if len(line) > COLUMNS]

        assert long == []

    def test_has_no_script_or_style_inside(self, path: Path) -> None:
        source = path.read_text()

        assert not re.search(r"<script(?![^>]*\bsrc=)", source)
        assert not re.search(r"<style|\sstyle=|\son\w+=|hx-on|javascript:|\bjs:", source)

    def test_escapes_everything(self, path: Path) -> None:
        source = path.read_text()

        assert not re.search(r"\|\s*safe\b|autoescape|Markup", source)
        assert not re.search(r"\s[\w-]+=\{\{", source), "an attribute without quotes"

    def test_leaves_htmx_to_one_file(self, path: Path) -> None:
        found = re.findall(r"\bhx-(?!partial|ignore)[a-z-]+", path.read_text())

        assert path.name == "hx.html" or not found


def test_what_unfolds_has_the_mark_of_a_fold() -> None:
    """Its words are coloured like a link's."""
    sources = "".join(path.read_text() for path in TEMPLATES)
    folds = re.findall(r'<details class="further"[^>]*>\s*<summary>(.{22})', sources)

    assert len(folds) == sources.count('class="further"')
    assert {*folds} == {'{{ icon("chevron-right'}


def test_no_trigger_of_htmx_is_evaluated() -> None:
    """A filter in brackets would call Function(), which our policy forbids."""
    for trigger in re.findall(r'hx-trigger="([^"]*)"', (FOLDER / "hx.html").read_text()):
        assert "[" not in trigger


@pytest.mark.parametrize(
    "path", SCRIPTS, ids=lambda path: path.relative_to(faces.SOURCES).as_posix()
)
def test_scripts_build_no_code_and_no_html(path: Path) -> None:
    source = path.read_text()

    assert not re.search(r"\beval\b|new Function|innerHTML|outerHTML|insertAdjacentHTML", source)
    assert not re.search(r"document\.write|document\.cookie", source)


@pytest.mark.parametrize(
    "path", STYLES, ids=lambda path: path.relative_to(assets.FOLDER).as_posix()
)
def test_styles_fetch_nothing(path: Path) -> None:
    assert not re.search(r"@import|url\(", path.read_text())


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    sprite = (assets.FOLDER / "vendor/lucide-1.62.0/sprite.svg").read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = {name for path in TEMPLATES for name in re.findall(r'icon\("([^"]+)"', path.read_text())}

    assert used <= known
