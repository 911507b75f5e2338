"""Words for fields, rules, presets, changes and faults on the form builder's pages."""

from __future__ import annotations

import re

from app.errors import Conflict, Invalid
from app.fields import Field, Form
from app.languages import LANGUAGES, said
from web.http import words
from web.http.words import N_

KINDS = {
    "text": N_("One line of text"),
    "textarea": N_("Several lines of text"),
    "radio": N_("One of several, all shown"),
    "select": N_("One of several, in a list"),
    "checkboxes": N_("Any of several"),
    "phone": N_("Phone number"),
    "email": N_("Email address"),
    "wechat": N_("WeChat ID"),
    "number": N_("A number"),
    "date": N_("A date"),
    "url": N_("Web address"),
    "hidden": N_("Hidden, filled in by your page"),
    "consent": N_("Consent"),
    "files": N_("Pictures and files"),
}
PRESETS = {
    "": N_("Anything"),
    "mobile": N_("Mobile number (11 digits)"),
    "order": N_("Order number"),
    "postcode": N_("Postcode (6 digits)"),
    "id_card": N_("ID card number"),
    "credit_code": N_("Credit code of a company"),
    "plate": N_("Number plate"),
    "digits": N_("Digits only"),
    "chinese": N_("Chinese characters only"),
    "own": N_("A pattern of my own"),
}
DONE = {
    "added": N_("Added to the draft. Set it up here."),
    "saved": N_("Saved to the draft. Visitors see it once it is published."),
    "removed": N_("Removed from the draft."),
    "restored": N_("Back in the draft."),
    "groups": N_("Rules saved to the draft."),
    "published": N_("Published. Visitors see it from now on."),
    "discarded": N_("The draft is gone; the published form is as it was."),
    "words": N_("Saved. It counts at once."),
}
CHANGES = {
    "added": N_("New: {fields}"),
    "changed": N_("Changed: {fields}"),
    "removed": N_("Gone: {fields}"),
    "order": N_("Another order"),
    "groups": N_("Other rules"),
}
INPUTS = {
    "link": N_("Address of the whole text"),
    "choices": N_("Choices"),
    "group": N_("Rule: at least so many of"),
    "min_length": N_("Characters at least"),
    "max_length": N_("Characters at most"),
    "preset": N_("Pattern"),
    "pattern": N_("My own pattern"),
    "least": N_("Smallest"),
    "most": N_("Largest"),
    "takes": N_("What may be sent"),
    "max_files": N_("Files at most"),
    "max_mb": N_("MB of each at most"),
    "key": N_("Key"),
    "prefill": N_("Filled in from the page"),
}
# Inputs that exist once for every language.
IN_LANGUAGES = {
    "label": N_("Label ({language})"),
    "hint": N_("Hint ({language})"),
    "error": N_("Error text ({language})"),
}
NAMED = N_("{name}: {sentence}")
GROUP_INPUT = re.compile(rf"(?:_error)?_(?:{'|'.join(map(re.escape, LANGUAGES))}|n)$")


def input_name(locale: str, name: str) -> str:
    """The input's label on a field's page; empty for an unknown one."""
    base, _, tag = name.partition("_")
    if tag in LANGUAGES:
        return words.say(locale, IN_LANGUAGES[base], {"language": LANGUAGES[tag]})
    return words.say(locale, INPUTS[name]) if name in INPUTS else ""


def differences(before: Form, after: Form, locale: str) -> list[str]:
    """What publishing would change, one sentence each."""
    old = {field.key: field for field in before.fields}
    new = {field.key: field for field in after.fields}
    named = {
        "added": [field for key, field in new.items() if key not in old],
        "changed": [field for key, field in new.items() if key in old and old[key] != field],
        "removed": [field for key, field in old.items() if key not in new],
    }
    found = [
        words.say(locale, CHANGES[name], {"fields": _named(some, locale)})
        for name, some in named.items()
        if some
    ]
    if [key for key in old if key in new] != [key for key in new if key in old]:
        found.append(words.say(locale, CHANGES["order"]))
    if before.groups != after.groups:
        found.append(words.say(locale, CHANGES["groups"]))
    return found


def _named(some: list[Field], locale: str) -> str:
    return words.listed(locale, (said(field.label, locale) for field in some))


def sentences(locale: str, form: Form, error: Invalid | Conflict) -> list[tuple[str, str]]:
    """(id of the line or input, sentence) for faults of the whole form. Each sentence names its
    field or rule, as it may be far from it."""
    if isinstance(error, Conflict):
        return [("", words.say(locale, error.detail, error.facts))]
    found = []
    for problem in error.problems:
        sentence = words.say(locale, problem.detail, problem.facts)
        key = problem.pointer.strip("/").split("/")[0]
        field, group = form.field(key), form.group(GROUP_INPUT.sub("", key))
        named = field or group
        if named is not None:
            facts = {"name": said(named.label, locale), "sentence": sentence}
            sentence = words.say(locale, NAMED, facts)
        found.append((_target(key, field), sentence))
    return found


def _target(key: str, field: Field | None) -> str:
    if field is not None:
        return f"line-{field.key}"
    if key == "groups":
        return "rules"
    return key if GROUP_INPUT.search(key) else ""
