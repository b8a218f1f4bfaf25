"""排课板: the week as a board on which lessons are moved, by cohort, instructor or venue."""
