"""The fields of a brand's form: their shape, and how they are checked, changed,
published."""

from app.fields.builtin import CONTACT, built_in
from app.fields.shape import (
    CHOOSING,
    SYSTEM,
    Choice,
    Consent,
    Field,
    Form,
    Group,
    Kind,
    Label,
    Texts,
)
from app.fields.versions import (
    Version,
    discard,
    draft,
    history,
    mark,
    publish,
    published,
    used,
    version,
    working,
)

__all__ = [
    "built_in",
    "CHOOSING",
    "CONTACT",
    "SYSTEM",
    "Choice",
    "Consent",
    "Field",
    "Form",
    "Group",
    "Kind",
    "Label",
    "Texts",
    "Version",
    "discard",
    "draft",
    "history",
    "mark",
    "publish",
    "published",
    "used",
    "version",
    "working",
]
