"""考场: an exam held for a cohort at a time and place, its candidates and invigilators."""
