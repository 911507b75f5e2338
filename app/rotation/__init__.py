"""How old secrets, passwords and certificates are, and what is due to be renewed."""
