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
DURABILITY = """
SELECT name, source, CAST(current_user AS text) AS role,
    CAST(current_database() AS text) AS database
FROM pg_settings
WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off'
ORDER BY name
"""
"""On PostgreSQL. By name and source, as they are in this session: a role or a database may have its
own."""
