"""SQL text: counting in one statement, so that two at once are counted as two, and organizations
found without reading all."""

from __future__ import annotations

from app.database import columns, names
from app.tables import BadTry, KeptAnswer, Organization, Token

t, held, o = names(BadTry), names(BadTry, "bad_try"), names(Organization)
k, tk, tko = names(KeptAnswer), names(Token, "tk"), names(Organization, "tko")

COUNT_TRY = (
    f"INSERT INTO {t} ({t.id}, {t.organization}, {t.action}, {t.target}, {t.actor}, {t.more},"
    f" {t.addresses}, {t.at}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    f" ON CONFLICT ({t.organization}, {t.action}, {t.target}) DO UPDATE SET"
    f" {t.more} = {held.more} + 1, {t.addresses} = CASE"
    f" WHEN LENGTH({held.addresses}) > 200 OR {held.addresses} LIKE '%' || ? || '%'"
    f" THEN {held.addresses} ELSE TRIM({held.addresses} || ' ' || ?) END"
    f" RETURNING {t.more}"
)
"""0 for the first. An address that is listed, or one too many, is not added."""

ONE_OR_TWO = f"SELECT count(*) AS n FROM (SELECT 1 FROM {o} LIMIT 2) AS found"
"""How many organizations there are, of which no more are counted."""
WITH_TARGETS = f"SELECT {columns(o.id, o.replies)} FROM {o} WHERE {o.targets} <> ''"
WITH_RETENTION = (
    f"SELECT {columns(o.id, o.timezone, o.retention)} FROM {o} WHERE {o.retention} <> ''"
)
"""Each as its index says it, so that it is used, and nobody reads all the others."""
LARGE = f"SELECT {o.id} FROM {o} WHERE {o.messages} >= ?"
FORGET_ANSWERS = f"DELETE FROM {k} WHERE {k.created_at} < ?"
"""Run every minute by every worker."""
_SHOWN = (tk.id, tk.organization, tk.name, tk.scopes, tk.networks, tk.secret_hash, tk.expires_at)
_OVER = (tk.revoked_at, tk.used_at, tk.old_hash, tk.old_until, tk.old_used_at)
TOKEN = (
    f"SELECT {columns(*_SHOWN, *_OVER)}, {tko.disabled_at} AS closed_at FROM {tk}"
    f" JOIN {tko} ON {tko.id} = {tk.organization} WHERE {tk.public_id} = ?"
)
"""Asked by every request of a program. Piccolo takes longer to write the join than the database to
answer it."""
