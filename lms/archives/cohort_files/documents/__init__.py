"""The documents of the cohort file: HTML from records, PDF bytes from HTML, the bundle."""
