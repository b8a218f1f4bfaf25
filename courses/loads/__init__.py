"""授课统计: who taught how much, the leaders' share of a semester, and how a cohort's hours are made up."""
