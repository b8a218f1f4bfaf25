"""课程表: lessons of a cohort, with instructor and venue, free of clashes."""
