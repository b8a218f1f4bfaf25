"""Runs, serials and what fits on a line, as pure functions."""
