"""SQL text: which key encrypted what, and putting one ciphertext in the place of another."""

from __future__ import annotations

from app.database import names
from app.database.names import name_of
from app.keys.fields import Field
from app.secrets import KEY_ID
from app.tables import Attempt, Channel, LentToken, Trial

HEAD = 64
"""Characters that no two ciphertexts share: all of the nonce is among them."""
BEGINNING = KEY_ID + 3
"""As much says which key it is."""
a, c, l, t = names(Attempt), names(Channel), names(LentToken), names(Trial)  # noqa: E741


def by_key(field: Field) -> str:
    """How many values each key has encrypted. `key` is empty for the form before version 2."""
    column = name_of(field.column)
    return (
        f"SELECT CASE WHEN {column} LIKE '2.%' THEN substr({column}, 3, {KEY_ID}) ELSE '' END"
        f" AS key, count(*) AS n FROM {field.table} WHERE {column} <> '' GROUP BY 1"
    )


def older(field: Field, most: int) -> str:
    """The next values after an id that do not begin as those of now do."""
    column, row = name_of(field.column), name_of(field.row)
    whose = name_of(field.organization) if field.organization else "NULL"
    return (
        f"SELECT {row} AS row, {whose} AS organization, {column} AS text FROM {field.table}"
        f" WHERE {row} > ? AND {column} <> '' AND substr({column}, 1, {BEGINNING}) <> ?"
        f" ORDER BY {row} LIMIT {most}"
    )


def replace(field: Field) -> str:
    """Unless it has been changed since it was read."""
    column, row = name_of(field.column), name_of(field.row)
    return (
        f"UPDATE {field.table} SET {column} = ? WHERE {row} = ?"
        f" AND substr({column}, 1, {HEAD}) = ? RETURNING {row}"
    )


BUCKET = f"SELECT {c.bucket} FROM {c} WHERE {c.id} = ?"
CHANNEL = (
    f"UPDATE {c} SET {c.config} = ?, {c.target} = ?, {c.bucket} = ? WHERE {c.id} = ?"
    f" AND substr({c.config}, 1, {HEAD}) = ? RETURNING {c.id}"
)
MOVED = tuple(
    f"UPDATE {each} SET {each.bucket} = ? WHERE {each.bucket} = ? AND {each.blocks_until} > ?"
    for each in (a, t)
)
"""So that what went out in the last minute counts for the platform's limit, too."""
FORGET_LENT = f"DELETE FROM {l} WHERE {l.sealed} <> '' AND substr({l.sealed}, 1, {BEGINNING}) <> ?"
