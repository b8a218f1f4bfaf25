"""师资: the pool of instructors, own and part-time."""
