"""Name lists: read from a file, and matched with the people and units that the house knows."""
