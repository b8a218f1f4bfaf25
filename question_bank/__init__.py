"""题库: what is asked: topics, items, papers and how they did."""
