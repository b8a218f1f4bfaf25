"""排课建议: proposals for the lessons that a teaching plan still lacks; people take or leave them."""
