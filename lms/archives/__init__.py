"""归档: what is kept of a cohort and of a person."""
