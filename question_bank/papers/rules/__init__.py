"""Putting a paper together and freezing it, as pure functions on plain data."""
