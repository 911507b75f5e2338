"""What is true of the whole installation."""

from __future__ import annotations

from piccolo.columns import Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import now


class Instance(Table):
    """One fact a row: which secret key the data was written with, when a worker last looked, and
    the row that `/readyz` writes to see whether anything can be written."""

    name = Varchar(32, primary_key=True)
    value = Text(default="")
    at = Timestamptz(default=now)
