"""考勤: who was there, by half-days."""
