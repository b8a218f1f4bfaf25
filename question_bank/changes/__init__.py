"""批量修改: one change made to many items, told beforehand, undone as a whole."""
