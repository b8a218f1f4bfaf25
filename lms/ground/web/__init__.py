"""门面: the shell of every page: layout, menu, error pages, and how values are shown."""
