"""Reading papers, where items are used, and how often of late."""
