"""Every setting by its words, read from the templates: so none can be forgotten.

A template belongs to the settings when it sets `setting` or is a page of the account. Each of its
labels, legends and headings is an entry, with the hint below and the place that it leads to.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import msgspec
from jinja2 import nodes

from app.channels.kinds import KINDS
from web.console.blanks import blanks
from web.console.limit_fields import LIMIT_FIELDS
from web.http.render import ENVIRONMENT, ident

ACCOUNT = "account"
INNER = {
    "blocks/edit.html": "/settings/blocks/new",
    "channels/edit.html": "/settings/channels/new?kind=email",
    "rules/edit.html": "/settings/rules/new",
    "single_sign_on/edit.html": "/settings/sign-in/providers/new/openid",
    "single_sign_on/page.html": "/settings/sign-in/providers",
    "tokens/new.html": "/settings/tokens/new",
}
"""Where a template is seen that is behind the page of its setting. One that is not listed, as it
belongs to one person or field, leads to the page of its setting."""
OF_ALL = frozenset({"index", "search"})
"""Pages about all settings, which are none themselves."""
HINT, LABELS = "hint", frozenset({"label", "legend", "h2"})
HINTS = frozenset({"hint", "describe"})
"""Macros that write the hint of a control alone."""
FOLD = "further"
"""The class of a fold of further settings, whose summary is a heading."""
ABOUT_ONE = re.compile(r"\{|.*“\{")
"""A label that names one of several things, as a day of the week."""
SAID, UNKNOWN = "\ue000", "\ue001"
"""Around a message id, and in place of what only a request knows."""


class Entry(msgspec.Struct, frozen=True):
    """`setting` is the page's name in setting_pages, or "account"; `label`, `hints` and `section`
    are message ids; `anchor` is empty where only the page is known."""

    setting: str
    address: str
    anchor: str
    label: str
    hints: tuple[str, ...] = ()
    section: str = ""

    @property
    def href(self) -> str:
        return f"{self.address}#{self.anchor}" if self.anchor else self.address


@functools.cache
def entries() -> tuple[Entry, ...]:
    found = [each for name in sorted(ENVIRONMENT.list_templates()) for each in _of_template(name)]
    found += _of_kinds()
    found += [
        Entry("channels", "/settings/channels", name, label, (hint,))
        for name, label, hint, _ in LIMIT_FIELDS
    ]
    once = {(each.setting, each.label, each.anchor): each for each in reversed(found)}
    return tuple(reversed(once.values()))


def _of_kinds() -> Iterator[Entry]:
    """The blanks of a channel, which the kind asks for."""
    for kind in KINDS:
        address = f"/settings/channels/new?kind={kind}"
        setting = "events" if KINDS[kind].hears == "events" else "channels"
        for blank in blanks(kind):
            anchor, hints = ident(blank.path), (blank.hint,) if blank.hint else ()
            yield Entry(setting, address, anchor, blank.label, hints, KINDS[kind].label)
            for _, label in blank.choices if blank.control == "checks" else ():
                yield Entry(setting, address, anchor, label, (blank.label,), KINDS[kind].label)


def _of_template(name: str) -> Iterator[Entry]:
    tree = _parsed(name)
    said = {
        each.target.name: each.node.value
        for each in tree.find_all(nodes.Assign)
        if isinstance(each.target, nodes.Name) and isinstance(each.node, nodes.Const)
    }
    setting = said.get("setting") or (ACCOUNT if said.get("place") == ACCOUNT else "")
    if not setting or setting in OF_ALL:
        return
    home = "/account" if setting == ACCOUNT else f"/settings/{setting}"
    is_behind = name.rpartition("/")[2] not in {"page.html", "list.html"}
    address = said.get("found_at") or INNER.get(name, home)
    reader = _Reader()
    reader.feed("".join(_html(tree)))
    reader.close()
    for each in reader.found:
        if ABOUT_ONE.match(each.label):
            continue
        anchor = "" if is_behind and address == home else each.anchor
        yield Entry(setting, address, anchor, each.label, each.hints, each.section)


@functools.cache
def _parsed(name: str) -> nodes.Template:
    assert ENVIRONMENT.loader is not None
    source, *_ = ENVIRONMENT.loader.get_source(ENVIRONMENT, name)
    return ENVIRONMENT.parse(source)


def _html(node: nodes.Node) -> Iterator[str]:
    """What the template writes, with message ids in place of their translations."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Include):
        if isinstance(node.template, nodes.Const):
            yield from _html(_parsed(node.template.value))
    elif isinstance(node, nodes.Output):
        for part in node.nodes:
            yield from _html(part) if isinstance(part, nodes.TemplateData) else _written(part)
    elif not isinstance(node, nodes.Expr):
        for child in node.iter_child_nodes():
            yield from _html(child)


def _written(node: nodes.Expr) -> Iterator[str]:
    """A translation, a control that a macro draws, or what only a request knows."""
    if said := _msgids(node):
        yield from (f"{SAID}{each}{SAID}" for each in said)
    elif isinstance(node, nodes.CondExpr):
        yield from _written(node.expr1)
    elif isinstance(node, nodes.Call) and len(node.args) > 1 and (labels := _msgids(node.args[1])):
        yield from _control(node, labels)
    else:
        yield UNKNOWN


def _control(call: nodes.Call, labels: list[str]) -> Iterator[str]:
    """What a macro draws for `name("the id", _("its label"), …, _("its hint"))`."""
    if isinstance(call.node, nodes.Name) and call.node.name in HINTS:
        yield from map(_hint, labels)
        return
    given = {each.key: each.value for each in call.kwargs}
    name = given.get("id", call.args[0])
    anchor = name.value if isinstance(name, nodes.Const) else UNKNOWN
    yield from (f'<label for="{anchor}">{SAID}{each}{SAID}</label>' for each in labels)
    for each in (*call.args[2:], *given.values()):
        yield from map(_hint, _msgids(each))


def _hint(said: str) -> str:
    return f'<p class="{HINT}">{SAID}{said}{SAID}</p>'


def _msgids(node: nodes.Node) -> list[str]:
    """Of `_("…")`, and of both where it is one or the other."""
    if isinstance(node, nodes.CondExpr):
        return [*_msgids(node.expr1), *(_msgids(node.expr2) if node.expr2 else [])]
    if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name):
        return []
    if node.node.name not in {"_", "n_"} or not isinstance(node.args[0], nodes.Const):
        return []
    return [str(node.args[0].value)]


class _Found(msgspec.Struct):
    label: str
    anchor: str
    section: str
    hints: tuple[str, ...] = ()


class _Reader(HTMLParser):
    """Collects the labels of a page, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Found] = []
        self._place = self._section = ""
        self._open: tuple[str, str] | None = None
        self._in_hint = self._in_fold = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        known = given.get("id", "")
        known = "" if UNKNOWN in known else known
        classes = given.get("class", "").split()
        if tag in {"section", "form", "h2"} and known:
            self._place = known
        if tag in {"section", "form"}:
            self._section = ""
        if tag == "details":
            self._in_fold = FOLD in classes
        if tag in LABELS or (tag == "summary" and self._in_fold):
            anchor = given.get("for", known)
            self._open = (tag, "" if UNKNOWN in anchor else anchor)
        self._in_hint = tag == "p" and HINT in classes
        if tag in {"input", "textarea", "select"} and given.get("aria-label", "").startswith(SAID):
            self._add(given["aria-label"], known)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[0] == tag:
            self._open = None
        if tag == "p":
            self._in_hint = False

    def handle_data(self, data: str) -> None:
        if SAID not in data:
            return
        if self._open:
            tag, anchor = self._open
            self._add(data, anchor)
            if tag in {"h2", "summary"}:
                self._section = self.found[-1].label
            self._open = None
        elif self._in_hint and self.found:
            self.found[-1].hints += tuple(
                each for each in data.split(SAID)[1::2] if not ABOUT_ONE.match(each)
            )

    def _add(self, said: str, anchor: str) -> None:
        label = said.split(SAID)[1]
        self.found.append(_Found(label, anchor or self._place, self._section))
