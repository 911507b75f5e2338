"""What stands in a mail: from its bytes to who, what and of which kind. No database, no network."""
