"""组卷: what the banks can supply for a blueprint, and the papers that a worker makes by it."""
