"""名额分配: how many people each unit may name for a cohort."""
