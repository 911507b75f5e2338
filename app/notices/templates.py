"""Notice templates: text with `{{ variables }}`, filled in one pass. Not a language.

    {{ visitor.name }}   {{ visitor.name | default("someone") }}   {{ message.content | clip(200) }}

Values are not filled again: a visitor's `{{ visitor.ip }}` stays text. A line whose variables are
all empty is left out.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from app import text
from app.catalogue import LABELLED, say
from app.errors import Invalid, Problem
from app.notices import markup
from app.notices.notice import Notice

VARIABLES: dict[str, str] = {
    "visitor.name": "The visitor's name",
    "visitor.phone": "The visitor's phone number",
    "visitor.email": "The visitor's e-mail address",
    "visitor.wechat": "The visitor's WeChat ID",
    "visitor.ip": "The address the message came from",
    "message.content": "What the visitor wrote",
    "message.category": "The category the visitor chose",
    "message.reference": "The message's number",
    "message.repeats": "How many times the same was said; empty the first time",
    "message.time": "When the message was left, in your time zone",
    "message.timestamp": "When the message was left, for machines (UTC)",
    "message.page_url": "The page the visitor was on",
    "message.source": "Where the form was",
    "message.link": "The address of the message in the console",
    "message.claim_link": "A link that claims the message, without sign-in",
    "message.handle_link": "A link that marks it as handled",
    "message.reply_link": "A link to reply to the visitor",
    "message.spam_link": "A link that marks it as spam",
    "message.fields": "The answers to your own fields, one per line",
    "brand.name": "The brand that the message was left at; empty while there is only one",
    "fields.<key>": "The answer to one of your own fields, by its key or its label",
}

TEMPLATE_BYTES = 8192
"""About two screens; twice what any chat platform accepts."""
VARIABLES_PER_TEMPLATE = 100
"""Bounds the size of the result and so the time of one rendering."""
NAME_BYTES = 256
"""64 characters of any script. A longer name would push the phone number out of the notice."""

_FILTER = r"""\|\s*[a-z]+\s*\(\s*(?:"[^"{}\n]*"|'[^'{}\n]*'|[0-9]{1,5})\s*\)\s*"""
_PLACEHOLDER = re.compile(
    r"\{\{\s*(?P<name>[a-z][a-z0-9_.]{0,63}|fields\.[^|{}\n]{1,64}?)\s*"
    rf"(?P<filters>(?:{_FILTER})*)\}}\}}"
)
_FILTERS = re.compile(
    r"""\|\s*(?P<filter>[a-z]+)\s*\(\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)'|(?P<number>\d+))"""
)
_OPENING = re.compile(r"\{\{")
_QUOTE = re.compile(r"[>\s]*")
_BLANK_LINES = re.compile(r"\n{3,}")

TAPS = tuple(f"message.{act}_link" for act in ("claim", "handle", "reply", "spam"))
OURS = ("message.link", *TAPS)
"""Variables that may stand in a link: no visitor can influence them."""

Escape = Callable[[str], str]
Show = Callable[[str, str], str]


def check(template: str, *, marked_up: bool = True) -> None:
    """Raises Invalid with every place that cannot be filled; if `marked_up`, also where a visitor's
    value would become a link or a mention."""
    problems = list(_faults(template))
    if marked_up and not problems:
        problems = [_misplaced_at(template, found) for found in misplaced(template)]
    if problems:
        raise Invalid(problems)


def render(
    template: str, values: Mapping[str, str], escape: Escape, *, trusted: Collection[str] = ()
) -> str:
    """Escapes every value except trusted ones; unknown variables stay as they are written."""

    @cache
    def show(name: str, value: str) -> str:
        return value if name in trusted else escape(value)

    lines = (_line(line, values, show) for line in template.split("\n"))
    whole = "\n".join(line for line in lines if line is not None)
    return _BLANK_LINES.sub("\n\n", whole).strip("\n")


def misplaced(template: str) -> list[re.Match[str]]:
    """The variables whose value would become an address or a mention even when escaped."""
    found, before, position = [], "", 0
    for match in _PLACEHOLDER.finditer(template):
        before += template[position : match.start()]
        if match["name"] not in OURS and markup.acts(before):
            found.append(match)
        before, position = f"{before}x", match.end()
    return found


def check_json(template: str) -> None:
    """Raises Invalid for what is not JSON, and for unknown variables."""
    check(template, marked_up=False)
    try:
        render_json(template, {})
    except json.JSONDecodeError as error:
        raise Invalid.at(
            "",
            "template_not_json",
            "This is not JSON: line {line}, column {column}.",
            line=str(error.lineno),
            column=str(error.colno),
        ) from None
    except (ValueError, RecursionError):
        raise Invalid.at(
            "",
            "template_not_json",
            "This JSON holds a number or a depth that other programs cannot read.",
        ) from None


def render_json(template: str, values: Mapping[str, str]) -> bytes:
    """JSON of the same shape: variables are replaced only inside strings."""
    tree = json.loads(template, parse_constant=_refuse)
    filled = _leaves(tree, values)
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def values(notice: Notice, *, locale: str, timezone: str) -> dict[str, str]:
    """The variables' values for this notice, not yet escaped."""
    notice = notice.clean()
    return {
        "visitor.name": text.clip(notice.name, NAME_BYTES),
        "visitor.phone": notice.phone,
        "visitor.email": notice.email,
        "visitor.wechat": notice.wechat,
        "visitor.ip": notice.ip,
        "message.content": notice.content,
        "message.category": text.clip(notice.category, NAME_BYTES),
        "message.reference": notice.reference,
        "message.repeats": str(notice.repeats) if notice.repeats > 1 else "",
        "message.time": local_time(notice.created_at, timezone),
        "message.timestamp": notice.unified()["timestamp"],
        "message.page_url": notice.page_url,
        "message.source": notice.source,
        "message.link": notice.link,
        **dict.fromkeys(TAPS, ""),
        **{f"message.{each.act}_link": each.url for each in notice.taps},
        "brand.name": text.clip(notice.brand, NAME_BYTES),
        **_fields(notice, locale),
    }


def with_wechat(template: str, values: Mapping[str, str], locale: str) -> Mapping[str, str]:
    """A template from before there was `visitor.wechat` shows the id among the answers."""
    wechat, fields = values["visitor.wechat"], values["message.fields"]
    if not wechat or "visitor.wechat" in template or "fields.wechat" in template:
        return values
    line = say(locale, LABELLED, {"label": say(locale, "WeChat ID"), "value": wechat})
    return {**values, "message.fields": f"{line}\n{fields}".strip()}


def local_time(moment: dt.datetime, timezone: str) -> str:
    """Local time to the minute with its offset; in UTC for an unknown zone."""
    try:
        local = moment.astimezone(ZoneInfo(timezone))
    except (KeyError, ValueError, OSError):
        local = moment.astimezone(dt.UTC)
    minutes = round((local.utcoffset() or dt.timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    offset = f"{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else ""
    return f"{local:%Y-%m-%d %H:%M} (UTC{offset})"


def _line(line: str, values: Mapping[str, str], show: Show) -> str | None:
    """One line of the template; None when all its variables are empty."""
    found = list(_PLACEHOLDER.finditer(line))
    if not found:
        return line
    # A value of several lines stays in its quotation, or starts one, so that a visitor's second
    # line can never look like ours.
    quote = _quote(line)
    parts, position, empty = [], 0, True
    for match in found:
        value = _value(match, values)
        empty = empty and value == ""
        said = match.group() if value is None else show(match["name"], value)
        parts += [line[position : match.start()], said.replace("\n", f"\n{quote}")]
        position = match.end()
    return None if empty else "".join([*parts, line[position:]])


def _quote(line: str) -> str:
    match = _QUOTE.match(line)
    return match.group() if match and ">" in match.group() else "> "


def _value(match: re.Match[str], values: Mapping[str, str]) -> str | None:
    """The variable after its filters; None when there is no such variable."""
    name = match["name"]
    if name not in VARIABLES and not name.startswith("fields."):
        return None
    value = values.get(name, "")
    for found in _FILTERS.finditer(match["filters"]):
        argument = found["a"] or found["b"] or found["number"] or ""
        if found["filter"] == "clip":
            value = text.clip(value, int(argument or 0), cost=text.in_characters)
        elif found["filter"] == "default" and not value:
            value = argument
    return value


def _fields(notice: Notice, locale: str) -> dict[str, str]:
    listed = "\n".join(
        say(locale, LABELLED, {"label": label, "value": said})
        for label, said in notice.fields
        if said
    )
    # Once it was a field of the organization's own.
    named = (("wechat", notice.wechat), *notice.fields, *notice.keyed)
    return {"message.fields": listed} | {f"fields.{k}": v for k, v in named}


def _leaves(tree: Any, values: Mapping[str, str]) -> Any:
    if isinstance(tree, str):
        return _PLACEHOLDER.sub(
            lambda match: match.group() if (v := _value(match, values)) is None else v, tree
        )
    if isinstance(tree, list):
        return [_leaves(item, values) for item in tree]
    if isinstance(tree, dict):
        return {key: _leaves(item, values) for key, item in tree.items()}
    return tree


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _faults(template: str) -> Iterator[Problem]:
    size = len(template.encode(errors="replace"))
    if size > TEMPLATE_BYTES:
        yield Problem(
            "",
            "template_too_long",
            "The template has {size} bytes; {limit} are allowed.",
            {"size": str(size), "limit": str(TEMPLATE_BYTES)},
        )
        return
    openings = list(_OPENING.finditer(template))
    if len(openings) > VARIABLES_PER_TEMPLATE:
        yield Problem(
            "",
            "template_too_long",
            "The template has {size} variables; {limit} are allowed.",
            {"size": str(len(openings)), "limit": str(VARIABLES_PER_TEMPLATE)},
        )
        return
    for opening in openings:
        yield from _faults_at(template, opening.start())


def _faults_at(template: str, position: int) -> Iterator[Problem]:
    place = _place(template, position)
    match = _PLACEHOLDER.match(template, position)
    if not match:
        yield Problem(
            "",
            "template_syntax",
            "Line {line}, column {column}: write a variable as {example}.",
            {**place, "example": "{{ visitor.name }}"},
        )
        return
    yield from _unknown_name(match["name"], place)
    for found in _FILTERS.finditer(match["filters"]):
        yield from _unknown_filter(found, place)


def _place(template: str, position: int) -> dict[str, str]:
    before = template[:position]
    line, column = before.count("\n") + 1, position - before.rfind("\n")
    return {"line": str(line), "column": str(column)}


def _misplaced_at(template: str, found: re.Match[str]) -> Problem:
    return Problem(
        "",
        "template_place",
        "Line {line}, column {column}: {name} would become a part of a link or a mention, and a "
        "visitor decides what it says. Write it as text; only message.link may stand there.",
        {**_place(template, found.start()), "name": found["name"]},
    )


def _unknown_name(name: str, place: dict[str, str]) -> Iterator[Problem]:
    if name in VARIABLES or name.startswith("fields."):
        return
    close = difflib.get_close_matches(name, VARIABLES, n=1)
    suggestion = close[0] if close else ""
    detail = "Line {line}, column {column}: there is no variable {name}."
    if suggestion:
        detail += " Did you mean {suggestion}?"
    facts = {**place, "name": name, "suggestion": suggestion}
    yield Problem("", "template_unknown_variable", detail, facts)


def _unknown_filter(found: re.Match[str], place: dict[str, str]) -> Iterator[Problem]:
    wants_number = {"clip": True, "default": False}.get(found["filter"])
    if wants_number is None or wants_number != (found["number"] is not None):
        yield Problem(
            "",
            "template_syntax",
            'Line {line}, column {column}: only default("text") and clip(number) may follow.',
            {**place, "name": found["filter"]},
        )
