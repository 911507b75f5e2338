"""The file of a backup: lines of JSON, packed.

    {"leavemsg_backup": 1, "version": …, "made_at": …, "migrations": […], "key": …}
    {"table": "organization", "columns": [["id", "uuid"], …]}
    ["0198…", …]
    …
    {"table": "stored_file", "columns": [["name", "text"], ["content", "bytes"]]}
    ["0198…", "…"]
    {"rows": {"organization": 1, …}, "sha256": "…"}

What stands after the tables is no table: visitors' files, sealed as they are in the store. The last
line says how many rows each table has, and the sum of all lines before it: a file that is cut off
or damaged is known by it.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from app import durable
from app.errors import Invalid, Problem

FORMAT = 1
LINE_MAX = 64 * 1024 * 1024
LEVEL = 6
CHUNK = 500
CHUNK_BYTES = 16 * 1024 * 1024
NO_BACKUP = "This is no backup of Leavemsg"
DAMAGED = "The backup is cut off or damaged"
NEWER = "A newer Leavemsg has made this backup. Use that version"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The first line. `key` is the generated secret key, and older ones below it; empty where the
    operator keeps it."""

    leavemsg_backup: int = FORMAT
    version: str
    made_at: str
    migrations: list[str]
    key: str = ""


class TableLine(msgspec.Struct, frozen=True, kw_only=True):
    """What follows are its rows. `columns` are pairs of name and type."""

    table: str
    columns: list[tuple[str, str]]

    @property
    def kinds(self) -> list[str]:
        return [kind for _, kind in self.columns]


class End(msgspec.Struct, frozen=True, kw_only=True):
    rows: dict[str, int]
    sha256: str


class Unusable(Invalid):
    """The file is no backup, is damaged, or is one that this version cannot read."""

    def __init__(self, detail: str, **facts: str) -> None:
        super().__init__([Problem("/file", "no_backup", detail, facts)])


class Writer:
    """Writes beside the place and moves the file there when it is whole. It is readable by its
    owner only: it holds what visitors wrote, and may hold the secret key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = durable.private(durable.part_of(path))
        self._packed = gzip.GzipFile(fileobj=self._file, mode="wb", compresslevel=LEVEL, mtime=0)
        self._sum = hashlib.sha256()
        self.rows: dict[str, int] = {}
        self._table = ""

    def head(self, manifest: Manifest) -> None:
        self._line(msgspec.json.encode(manifest))

    def table(self, line: TableLine) -> None:
        self._table = line.table
        self.rows[line.table] = 0
        self._line(msgspec.json.encode(line))

    def add(self, rows: list[list[Any]]) -> None:
        for row in rows:
            self._line(msgspec.json.encode(row))
        self.rows[self._table] += len(rows)

    def _line(self, text: bytes) -> None:
        line = text + b"\n"
        self._sum.update(line)
        self._packed.write(line)

    def finish(self) -> None:
        self._packed.write(
            msgspec.json.encode(End(rows=self.rows, sha256=self._sum.hexdigest())) + b"\n"
        )
        self._packed.close()
        durable.finish(self._file, self.path)

    def give_up(self) -> None:
        self._file.close()
        durable.part_of(self.path).unlink(missing_ok=True)


class Reader:
    """Reads the file once from its start. Everything raises Unusable."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = gzip.open(path, "rb")  # noqa: SIM115
        except OSError as error:
            raise Unusable("The file cannot be opened: {why}", why=error.strerror or "") from None
        self._sum = hashlib.sha256()
        self._begun = False
        self.rows: dict[str, int] = {}
        self.manifest = self._manifest()

    def close(self) -> None:
        self._file.close()

    def _manifest(self) -> Manifest:
        first = self._line()
        try:
            found = msgspec.json.decode(first, type=Manifest)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise Unusable(NO_BACKUP) from None
        self._sum.update(first)
        self._begun = True
        if found.leavemsg_backup != FORMAT:
            raise Unusable(NEWER)
        return found

    def _line(self) -> bytes:
        line = self._read()
        if not line.endswith(b"\n"):
            raise Unusable(DAMAGED if self._begun else NO_BACKUP)
        return line

    def _read(self) -> bytes:
        try:
            return self._file.readline(LINE_MAX)
        except (OSError, EOFError, zlib.error):
            raise Unusable(DAMAGED if self._begun else NO_BACKUP) from None

    def tables(self) -> Iterator[TableLine | list[list[Any]]]:
        """Each table, followed by its rows, some at a time. At the end it is known that the file is
        whole; before, nothing that was read may be kept."""
        table, rows, size = "", list[list[Any]](), 0
        while True:
            line = self._line()
            if line.startswith(b"["):
                rows.append(self._decoded(line, list[Any]))
                self.rows[table] = self.rows.get(table, 0) + 1
                self._sum.update(line)
                size += len(line)
                if len(rows) >= CHUNK or size > CHUNK_BYTES:
                    yield rows
                    rows, size = [], 0
                continue
            if rows:
                yield rows
                rows = []
            if line.startswith(b'{"rows"'):
                self._check(self._decoded(line, End))
                return
            found: TableLine = self._decoded(line, TableLine)
            table = found.table
            self.rows[table] = 0
            self._sum.update(line)
            yield found

    def _decoded(self, line: bytes, shape: Any) -> Any:
        try:
            return msgspec.json.decode(line, type=shape)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise Unusable(DAMAGED) from None

    def _check(self, end: End) -> None:
        if end.sha256 != self._sum.hexdigest() or end.rows != self.rows or self._read():
            raise Unusable(DAMAGED)
