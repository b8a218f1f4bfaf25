"""试卷: items put together in variants, changed by hand, then sealed for good."""
