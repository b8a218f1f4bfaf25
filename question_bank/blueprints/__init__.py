"""双向细目表: how many items of which kind, topic and difficulty a paper has, for how many points."""
