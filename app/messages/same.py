"""What counts as the same: the same text, the same contact, the same word in a search."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app.secrets import keyed_hash
from app.text import canonical, without_invisible

CANON = "1"
"""The version of `canonical`; a new rule gets a new number, so that old fingerprints never match
by chance."""


def fingerprint(organization: uuid.UUID, content: str) -> str:
    """Keyed, so that the text cannot be guessed from it after the message is gone."""
    return keyed_hash("fingerprint", f"{CANON}\n{organization}\n{canonical(content)}")


def contact(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both name the same phone, or the same email."""
    return any(
        one[key] and one[key].casefold() == other[key].casefold() for key in ("phone", "email")
    )


def again(first: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether it is the same visitor who says the same and nothing else: nothing to work on. A name
    or a contact that was put right is something else; one that is left out is not."""
    same_answers = all(first[name] == row[name] for name in ("fields", "category"))
    corrected = any(
        row[name] and row[name].casefold() != first[name].casefold()
        for name in ("name", "phone", "email")
    )
    return same_answers and not corrected and contact(first, row)


def folded(text: str) -> str:
    """What nobody sees is not searched for."""
    return unicodedata.normalize("NFKC", without_invisible(text)).casefold()


def search_text(row: Mapping[str, Any]) -> str:
    """Everything a person may search a message by, folded, one part a line."""
    digits = "".join(char for char in row["phone"] if char.isdigit())
    parts = (row["reference"], row["name"], row["phone"], digits, row["email"], row["content"])
    return folded("\n".join((*parts, row["category"], _values(row["fields"]), row["external_id"])))


def _values(fields: str) -> str:
    """What was answered; how the fields are called would find every message."""
    return "\n".join(msgspec.json.decode(fields, type=dict[str, str]).values())
