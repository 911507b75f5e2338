"""Renders the platforms' Markdown about as they do.

Nothing in it becomes HTML of ours: unknown markup stays text, and all text is escaped.
"""

from __future__ import annotations

import functools
import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markupsafe import Markup

COLOUR = re.compile(r"""<font color=["']?([\w#]{1,16})["']?>(.{0,2000}?)</font>""", re.DOTALL)
COLOURS = {"info": "ok", "comment": "muted", "warning": "warn"}
"""From WeCom's colours to our classes; other colours are dropped."""
PERSON = re.compile(r"""<@([^<>\s]{1,64})>|<at (?:user_)?id=["']?([^<>\s"']{1,64})["']?></at>""")


def drawn(source: str) -> Markup:
    return Markup(_parser().render(source))  # noqa: S704 - the parser escapes every text


@functools.cache
def _parser() -> MarkdownIt:
    # Line breaks count on every platform. No images: the console would fetch them.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
        ["image", "autolink"]
    )
    parser.inline.ruler.before("link", "person", _person)
    parser.inline.ruler.before("link", "colour", _colour)
    parser.add_render_rule("link_open", _link)
    return parser


def _link(renderer, tokens, index, options, env):  # type: ignore[no-untyped-def]
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(tokens, index, options, env)


def _person(state: StateInline, silent: bool) -> bool:
    found = PERSON.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("person_open", "b", 1)
        state.push("text", "", 0).content = f"@{found[1] or found[2]}"
        state.push("person_close", "b", -1)
    state.pos = found.end()
    return True


def _colour(state: StateInline, silent: bool) -> bool:
    found = COLOUR.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        end = state.posMax
        opened = state.push("colour_open", "span", 1)
        opened.attrSet("class", f"colour-{COLOURS.get(found[1], 'other')}")
        state.pos, state.posMax = found.span(2)
        state.md.inline.tokenize(state)
        state.push("colour_close", "span", -1)
        state.posMax = end
    state.pos = found.end()
    return True
