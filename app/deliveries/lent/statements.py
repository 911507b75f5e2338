"""SQL text: one of many takes it upon them to ask for a token, decided by the database."""

from __future__ import annotations

from app.database import columns, names
from app.tables import LentToken

t = names(LentToken)

KNOWN = (
    f"SELECT {columns(t.sealed, t.expires_at, t.version, t.lease_until, t.failed)}"
    f" FROM {t} WHERE {t.id} = ?"
)
CLAIM = (
    f"INSERT INTO {t} ({columns(t.id, t.holder, t.lease_until, t.version, t.sealed, t.failed)})"
    f" VALUES (?, ?, ?, 0, '', '') ON CONFLICT ({columns(t.id)}) DO UPDATE"
    f" SET {columns(t.holder)} = excluded.{columns(t.holder)},"
    f" {columns(t.lease_until)} = excluded.{columns(t.lease_until)}"
    f" WHERE {t}.{t.version} = ?"
    f" AND ({t}.{t.lease_until} IS NULL OR {t}.{t.lease_until} <= ?)"
    f" RETURNING {columns(t.version)}"
)
"""Only who has seen the newest version may: another has asked since, so the answer is there."""
KEEP = (
    f"UPDATE {t} SET {t.sealed} = ?, {t.expires_at} = ?, {t.failed} = '',"
    f" {t.version} = {t.version} + 1, {t.lease_until} = NULL WHERE {t.id} = ? AND {t.holder} = ?"
)
FAIL = (
    f"UPDATE {t} SET {t.failed} = ?, {t.version} = {t.version} + 1, {t.lease_until} = NULL"
    f" WHERE {t.id} = ? AND {t.holder} = ?"
)
FORGET = f"DELETE FROM {t} WHERE {t.expires_at} < ? AND {t.lease_until} IS NULL"
