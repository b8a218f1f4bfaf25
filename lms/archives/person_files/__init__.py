"""一人一档: the training file of a person."""
