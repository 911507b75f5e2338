"""A copy of everything in one file, fit for either database, and the way back."""

BACKUP = "backup"
"""In the table of the installation's facts: when the last verified one was made."""
