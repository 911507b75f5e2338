"""What the databases tell of themselves."""

from __future__ import annotations

SQLITE = (
    "SELECT sqlite_version()",
    "SELECT (page_count * page_size) FROM pragma_page_count(), pragma_page_size()",
)
POSTGRES = (
    "SELECT current_setting('server_version')",
    "SELECT pg_database_size(current_database())",
)
"""Version, and size in bytes."""
