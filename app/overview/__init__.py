"""Numbers about an organization's messages and notices: what came, what was done, how fast."""
