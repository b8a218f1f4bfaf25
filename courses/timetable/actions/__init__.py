"""Planning lessons, and releasing the timetable."""
