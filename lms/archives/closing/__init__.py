"""结班: what must be there before a cohort is closed."""
