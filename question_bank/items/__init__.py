"""试题: what can be asked, its key and its provenance; one kind of item, one file."""
