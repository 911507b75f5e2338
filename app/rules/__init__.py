"""Rules: what the product does by itself with new messages of some sort."""
