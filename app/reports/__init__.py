"""What a channel is told every day or week of how the days before went."""
