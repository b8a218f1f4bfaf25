"""Files that go out: exports, lists of what does not fit, empty templates."""
