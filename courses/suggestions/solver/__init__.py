"""Placing lessons: plain data in, plain data out; for workers only."""
