"""轮训覆盖: who has not been called up to a cohort, in a year or in five."""
