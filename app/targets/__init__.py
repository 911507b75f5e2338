"""Within how much office time messages should be handled first, and how that is kept."""
