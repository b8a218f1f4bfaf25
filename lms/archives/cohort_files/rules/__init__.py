"""Rules of the cohort file: its contents in order, its documents, and the list of hashes."""
