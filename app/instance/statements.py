"""SQL text: each worker reads and writes facts all the time, and building the queries took longer
than running them."""

from __future__ import annotations

from app.database import columns, names
from app.tables import Instance

i = names(Instance)

READ = f"SELECT {columns(i.value, i.at)} FROM {i} WHERE {i.name} = ?"
_INSERT = f"INSERT INTO {i} ({columns(i.name, i.value, i.at)}) VALUES (?, ?, ?) ON CONFLICT"
WRITE = (
    f"{_INSERT} ({i.name}) DO UPDATE SET {i.value} = excluded.{i.value}, {i.at} = excluded.{i.at}"
)
KEEP = f"{_INSERT} DO NOTHING"
