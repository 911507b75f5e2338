"""What follows from one submission, found again in logs and traces of every process."""
