"""Numbers for Prometheus: what a process counts, and what the database says. Nobody is named."""
