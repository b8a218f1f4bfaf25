"""What an item in a file looks like, as a grammar: pure functions from lines and rows to drafts."""
