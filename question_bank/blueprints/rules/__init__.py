"""The grid of a blueprint and its cells, as pure functions on plain data."""
