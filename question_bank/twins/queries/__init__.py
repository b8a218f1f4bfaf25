"""Reading what is alike."""
