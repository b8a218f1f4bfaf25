"""审定: who looked at an item, in three stages, and what they said of it."""
