"""Freezing a paper, and what each candidate sees of it, as pure functions on plain data."""
