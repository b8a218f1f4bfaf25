"""一班一档: the file of a cohort: documents as they were, with hashes."""
