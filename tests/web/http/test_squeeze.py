"""Our own scripts without what is there for people who read the source."""

from __future__ import annotations

import re

import pytest

from web.http import assets
from web.http.squeeze import squeezed
from web.visitor import script

SCRIPTS = {
    "v1.js": (script.FOLDER / "v1.js").read_text(),
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


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("x = `a  ${b + 1} c  // d`;", "x=`a  ${b + 1} c  // d`;"),
        ("x = `a ${f({ y: `b  }` })} \\` c`  + 1;", "x=`a ${f({ y: `b  }` })} \\` c`+1;"),
        ("x = /a b/.test(y) / 2 / z;", "x=/a b/.test(y)/2/z;"),
        ("x = /[/\"] */g, y = 'it\\'s  \"';", "x=/[/\"] */g,y='it\\'s  \"';"),
        ("if (a) /b c/.exec(d);", "if(a)/b c/.exec(d);"),
        ("return /a  b/;", "return/a  b/;"),
        ("x = (a) / b / c; // d", "x=(a)/b/c;"),
        ("x = a.in / b / c;", "x=a.in/b/c;"),
        ("x = a + +b - -c; y = a / /b/.d;", "x=a+ +b- -c;y=a/ /b/.d;"),
        ("a = b\nc()\n++d", "a=b\nc()\n++d"),
        ("a = 1 /* b\n */ + 'c' /* \"d */;", "a=1+'c';"),
        ('x = "//" + a; // "', 'x="//"+a;'),
        ('x = "a" + "b" + c + "d" + "e".f;', 'x="ab"+c+"d"+"e".f;'),
        ('x = 2 * "3" + "4";', 'x=2*"3"+"4";'),
        ("while (a());", "while(a());"),
        ("{ while (a()); }", "{while(a());}"),
        ("x = 1.5e+3 + 0x1f;", "x=1.5e+3+0x1f;"),
    ],
)
def test_what_a_gap_means_is_kept(source: str, kept: str) -> None:
    assert squeezed(source) == kept


def test_a_name_in_a_template_stays() -> None:
    assert squeezed("function f(label, other) { return `${label} ` + other; }") == (
        "function b(label,a){return`${label} `+a}"
    )


@pytest.mark.parametrize(
    "source", ['x = "a', "x = 'a\n'", "x = `a", "x = `${a", "x = {} / a / b", "x = { name }"]
)
def test_what_cannot_be_told_is_refused(source: str) -> None:
    with pytest.raises(ValueError):
        squeezed(source)


@each_script
def test_every_pattern_arrives_as_it_was(source: str) -> None:
    squeezed_once = squeezed(source)
    for pattern in re.findall(r"[(,=!] ?(/[^/\n]+/[a-z]*)[.,);]", source):
        assert pattern in squeezed_once
