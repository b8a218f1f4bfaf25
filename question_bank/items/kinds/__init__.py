"""题型: one file per kind of item, all behind one protocol."""
