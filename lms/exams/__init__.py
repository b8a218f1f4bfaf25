"""考试: sitting an exam, marking it, and its results."""
