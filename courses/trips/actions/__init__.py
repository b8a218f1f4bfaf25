"""Planning trips, and running them on the day."""
