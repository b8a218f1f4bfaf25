"""成批排课: many lessons put on a timetable at once, looked through first, and taken back as a whole."""
