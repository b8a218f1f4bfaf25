"""Rules of reviews: exact until the total is rounded once, and every line says its arithmetic."""
