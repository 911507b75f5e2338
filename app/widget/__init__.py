"""The widget on host pages: who may embed it, how it looks, which visitors a page vouches for."""

from app.widget.boot import Boot, boot
from app.widget.change import LABELS, allow, replace_identity, restrict, save
from app.widget.colour import Legibility, legibility, on_colour
from app.widget.context import facts_from
from app.widget.hosts import allows, allows_by_name, ancestors, is_kin, origin_of
from app.widget.identity import vouched
from app.widget.seen import Seen, note, seen
from app.widget.setup import (
    ACCENT,
    EMBEDDING,
    ONLINE,
    SHOW,
    SIDES,
    THEMES,
    Setup,
    forget,
    identity_at,
    read,
)
from app.widget.words import LABEL

__all__ = [
    "ACCENT",
    "EMBEDDING",
    "LABEL",
    "LABELS",
    "ONLINE",
    "SHOW",
    "SIDES",
    "THEMES",
    "Boot",
    "Seen",
    "Setup",
    "Legibility",
    "allow",
    "allows",
    "allows_by_name",
    "ancestors",
    "is_kin",
    "boot",
    "facts_from",
    "forget",
    "note",
    "on_colour",
    "origin_of",
    "read",
    "replace_identity",
    "restrict",
    "save",
    "seen",
    "identity_at",
    "legibility",
    "vouched",
]
