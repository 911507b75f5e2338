"""What fields, rules and presets are called on the pages of the form builder."""

from __future__ import annotations

from web.words import N_

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
