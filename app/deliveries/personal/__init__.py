"""What one agent is told alone, by mail: what was given to them, and notes that mention them."""
