"""Reading timetables: lessons, what stands against them, what was released, what was changed."""
