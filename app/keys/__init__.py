"""What is encrypted with the secret key, where it stands, and how it changes to another key."""
