"""知识点: the tree by which items are found and papers are balanced."""
