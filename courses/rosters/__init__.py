"""名册: who the learners of a cohort are; name lists read, checked and entered, all or nothing."""
