"""Rules of recordings: the pieces in which they come, how long they last, what the item allows."""
