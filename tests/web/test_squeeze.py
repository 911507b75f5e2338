"""Our own scripts without what is there for people who read the source."""

from __future__ import annotations

import re

import pytest

from web import assets, embed
from web.squeeze import squeezed

SCRIPTS = {
    "v1.js": (embed.FOLDER / "v1.js").read_text(),
    **{
        part: (assets.FOLDER / part).read_text()
        for name, parts in assets.BUNDLES.items()
        for part in parts
        if name.endswith(".js")
    },
}
each_script = pytest.mark.parametrize("source", SCRIPTS.values(), ids=SCRIPTS)


def test_it_says_the_same_in_fewer_bytes() -> None:
    source = 'var a = "x // y" +\n  " z";\n  // why\n  if (a in b) { return typeof a; }'

    assert squeezed(source) == 'var c="x // y z";if(c in b){return typeof c}'


def test_only_what_the_script_declares_gets_a_short_name() -> None:
    """Neither a name of a property nor one of the browser, nor a word in a text or a pattern."""
    source = (
        "var label, host; function draw(light, theme) { if (/label|host/.test(own.theme)) "
        'host = light / 255; return { draw: "label", size: label ? draw : location }; }'
    )

    assert squeezed(source) == (
        "var a,b;function draw(c,theme){if(/label|host/.test(own.theme))"
        'b=c/255;return{draw:"label",size:a?draw:location}}'
    )


@each_script
def test_no_regular_expression_holds_a_gap(source: str) -> None:
    """It would be taken for one between words."""
    assert not re.search(r"[(=:?,!]\s?/[^/*\n]* [^/\n]*/[a-z]*[.,);]", source)


@each_script
def test_texts_stand_in_double_quotes(source: str) -> None:
    told = "".join(line for line in source.splitlines(True) if not line.lstrip().startswith("//"))
    assert not re.search(r"['`]", told)
