"""What happened, for other programs: recorded in the transaction that does it, in order, read by
polling or sent to endpoints."""
