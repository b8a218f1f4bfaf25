"""Reading for the cohort file: filings, and everything that its documents say."""
