"""课程表版本: draft and released versions side by side, the log of changes, and the printed 课程表."""
