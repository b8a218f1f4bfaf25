"""教学: what is taught: catalogue, faculty, venues, cohorts, timetable, attendance."""
