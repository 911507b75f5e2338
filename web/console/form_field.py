"""One field of the form: its page, and a try of its pattern."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app import fields
from app.errors import Conflict, Invalid, NotFound, Problem
from app.fields import CHOOSING, Choice, Field, Form, change, patterns
from app.fields.shape import FILES_USUAL, MB_USUAL, WRITING, in_digits
from app.fields.values import Wrong, pattern_of, read
from app.files.families import FAMILIES, FAMILY_NAMES
from app.languages import DEFAULT, LANGUAGES, said
from app.text import clean_line, visible
from web.console.at_brand import brand_of, chooser, see_at
from web.console.auth import (
    ADMINS,
    AtDesk,
    Desk,
    console,
)
from web.console.flash import flash
from web.console.form_builder import HERE, status_of, texts
from web.console.form_words import (
    DONE,
    KINDS,
    NAMED,
    PRESETS,
    input_name,
)
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

SEPARATOR = "|"
COUNTS = ("min_length", "max_length", "max_files", "max_mb")
# Languages other than that of the stored choice, in the order of a line.
OTHERS = [tag for tag in LANGUAGES if tag != DEFAULT]
NOT_A_NUMBER = N_("This must be a number")
FITS = N_("Fits. It is stored as: {answer}")
EMPTY = N_("Type something to try.")
OVERTAKEN = N_(
    "This field was changed meanwhile, by somebody else or in another tab. Below is what you typed:"
    " saving again puts it in place of that."
)
NO_PATTERN = N_("No pattern: everything fits.")


@get("/{key:str}")
async def edit(request: Incoming, desk: AtDesk, key: FromPath[str]) -> Response[str]:
    brand = await brand_of(request, desk)
    form = await fields.working(brand.id)
    return await _page(request, desk, form, _field(form, key))


@post("/{key:str}", status_code=200)
async def save(request: Incoming, desk: AtDesk, key: FromPath[str]) -> Response[Any]:
    brand = await brand_of(request, desk)
    form = await fields.working(brand.id)
    before = _field(form, key)
    try:
        after = typed(before, form_of(request))
        seen = form_of(request).get("seen", "")
        await change.save(brand.id, key, after, by=desk.by, seen=seen)
    except (Invalid, Conflict) as error:
        return await _page(request, desk, form, before, error=error)
    return see_at(brand, f"{HERE}?done=saved#line-{after.key}")


@post("/{key:str}/try", status_code=200)
async def attempt(request: Incoming, desk: AtDesk, key: FromPath[str]) -> Response[Any]:
    """Checks a sample answer; nothing is saved."""
    brand = await brand_of(request, desk)
    form = await fields.working(brand.id)
    field = _field(form, key)
    locale = words.locale_of(request)
    tried = _tried(field, form_of(request), locale)
    if wants_fragment(request):
        return answer(request, "form/tried.html", {"tried": tried})
    return await _page(request, desk, form, field, tried=tried)


def _field(form: Form, key: str) -> Field:
    field = form.field(key)
    if field is None:
        raise NotFound
    return field


def _tried(field: Field, values: Mapping[str, str], locale: str) -> tuple[bool, str]:
    try:
        wanted = typed(field, values)
        if wanted.preset == patterns.OWN:
            patterns.check(wanted.pattern)
        sample = values.get("sample", "")
        if not visible(sample):
            return False, words.say(locale, EMPTY)
        if not pattern_of(wanted) and wanted.kind in WRITING and not wanted.min_length:
            return True, words.say(locale, NO_PATTERN)
        return True, words.say(locale, FITS, {"answer": read(wanted, sample, locale)})
    except Invalid as error:
        problem = error.problems[0]
        return False, words.say(locale, problem.detail, problem.facts)
    except Wrong as error:
        return False, words.say(locale, error.detail, error.facts)


def typed(before: Field, form: Mapping[str, str]) -> Field:
    """The field with the values of the page. Raises Invalid for numbers that are none."""
    numbers = _numbers(form)
    given: dict[str, Any] = {
        "label": texts(form, "label"),
        "hint": texts(form, "hint"),
        "error": texts(form, "error"),
        "required": "required" in form or before.key == "content",
        "group": form.get("group", ""),
        "prefill": clean_line(form.get("prefill", "")),
    }
    if before.kind in WRITING:
        given |= {
            "min_length": int(numbers["min_length"] or 0),
            "max_length": int(numbers["max_length"] or 0),
            **_pattern(form),
        }
    if before.kind == "number":
        given |= {"least": numbers["least"], "most": numbers["most"]}
    if before.kind in CHOOSING:
        given["choices"] = _choices(form.get("choices", ""))
    if before.kind == "files":
        given["takes"] = tuple(each for each in FAMILIES if f"takes_{each}" in form)
        given |= {name: int(numbers[name] or 0) for name in ("max_files", "max_mb")}
    if before.kind == "consent":
        given["link"] = form.get("link", "").strip()
    if not before.is_system:
        given |= {name: name in form for name in ("in_notice", "in_list", "personal")}
        given["key"] = form.get("key", before.key).strip() or before.key
    return msgspec.structs.replace(before, **given)


def _pattern(form: Mapping[str, str]) -> dict[str, str]:
    preset = form.get("preset", "")
    if preset not in PRESETS:
        raise Invalid.at("/preset", "not_a_choice", N_("Choose one of those that are offered"))
    # A preset clears the own pattern, which would be hidden. Line breaks only make a long pattern
    # readable.
    own = "".join(form.get("pattern", "").splitlines()) if preset == "own" else ""
    return {"preset": preset, "pattern": own}


def _numbers(form: Mapping[str, str]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    problems = []
    for name in ("min_length", "max_length", "least", "most", "max_files", "max_mb"):
        text = form.get(name, "").strip()
        try:
            found[name] = _number(name, text) if text else None
        except (ValueError, OverflowError):
            problems.append(Problem(f"/{name}", "wrong_type", NOT_A_NUMBER))
    if problems:
        raise Invalid(problems)
    return found


def _number(name: str, text: str) -> float:
    value = float(text)
    if not abs(value) < 1e15 or (name not in {"least", "most"} and value != int(value)):
        raise ValueError
    return value


def _choices(text: str) -> tuple[Choice, ...]:
    """One choice a line; after each | its text in another language."""
    lines = ([clean_line(part) for part in line.split(SEPARATOR)] for line in text.splitlines())
    return tuple(
        Choice(value, {tag: text for tag, text in zip(OTHERS, texts, strict=False) if text})
        for value, *texts in lines
        if value
    )


def shown(field: Field) -> dict[str, str]:
    """The page's values for a saved field."""
    texts = {"label": field.label, "hint": field.hint, "error": field.error}
    return {
        **{
            f"{name}_{tag}": given.get(tag, "")
            for name, given in texts.items()
            for tag in LANGUAGES
        },
        **{name: getattr(field, name) for name in ("key", "group", "prefill", "link", "preset")},
        "pattern": field.pattern,
        "choices": "\n".join(map(_line, field.choices)),
        **{name: str(getattr(field, name) or "") for name in COUNTS},
        **{f"takes_{each}": "on" if each in field.takes else "" for each in FAMILIES},
        **{name: _plain(getattr(field, name)) for name in ("least", "most")},
        **{
            name: "on" if getattr(field, name) else ""
            for name in ("required", "in_notice", "in_list", "personal")
        },
    }


def _line(choice: Choice) -> str:
    texts = [choice.value, *(choice.texts.get(tag, "") for tag in OTHERS)]
    return f" {SEPARATOR} ".join(texts).rstrip(f" {SEPARATOR}")


def _plain(number: float | None) -> str:
    return "" if number is None else in_digits(number)


async def _page(
    request: Incoming,
    desk: Desk,
    form: Form,
    field: Field,
    *,
    error: Invalid | Conflict | None = None,
    tried: tuple[bool, str] | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    used = await fields.used(desk.org.id)
    brand = await brand_of(request, desk)
    again = error is not None or tried is not None
    problems = _sentences(locale, error) if error else []
    context = {
        **await frame(request, desk),
        **await chooser(desk, brand, HERE),
        "flash": flash(request, DONE),
        "field": field,
        "mark": fields.mark(field),
        "is_new": request.query_params.get("done") == "added",
        "heading": said(field.label, locale),
        "kind_words": words.say(locale, KINDS[field.kind]),
        "key_fixed": field.key in used,
        "values": {**shown(field), **_retyped(form_of(request))} if again else shown(field),
        "sample": form_of(request).get("sample", "") if again else "",
        "problems": _named(locale, problems),
        "faults": dict(problems),
        "presets": [(name, words.say(locale, text)) for name, text in PRESETS.items()],
        "groups": [
            ("", words.say(locale, N_("No rule"))),
            *((group.key, said(group.label, locale)) for group in form.groups),
        ],
        "is_writing": field.kind in WRITING,
        "others": words.listed(locale, (LANGUAGES[tag] for tag in OTHERS)),
        "is_choosing": field.kind in CHOOSING,
        "families": [(each, words.say(locale, FAMILY_NAMES[each])) for each in FAMILIES],
        "usual_files": FILES_USUAL,
        "usual_mb": MB_USUAL,
        "tried": tried,
    }
    return answer(request, "form/field.html", context, status=status_of(error))


def _sentences(locale: str, error: Invalid | Conflict) -> list[tuple[str, str]]:
    """(name of the input, sentence)."""
    if isinstance(error, Conflict):
        return [("", words.say(locale, OVERTAKEN))]
    return words.of_fields(locale, error.problems)


def _named(locale: str, problems: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The sentences with their input's name in front, for a place away from it."""
    found = []
    for name, sentence in problems:
        if called := input_name(locale, name):
            facts = {"name": called, "sentence": sentence}
            found.append((name, words.say(locale, NAMED, facts)))
        else:
            found.append((name, sentence))
    return found


def _retyped(form: Mapping[str, str]) -> dict[str, str]:
    switches = (
        "required",
        "in_notice",
        "in_list",
        "personal",
        *(f"takes_{each}" for each in FAMILIES),
    )
    return {**dict(form), **{name: form.get(name, "") for name in switches}}


router = console(f"{HERE}/fields", [edit, save, attempt], readers=ADMINS, writers=ADMINS)
