"""考核: what a learner's attendance, exam, conduct and reflection add up to."""
