"""Mail that a provider posts: who posted it, in which shape, and the mail that it is."""
