"""试题: what can be asked, its key, its provenance, and how it comes in from files."""
