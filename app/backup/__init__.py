"""A copy of everything in one file, fit for either database, and the way back."""
