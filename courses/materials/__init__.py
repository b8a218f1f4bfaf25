"""课件资料: what instructors hand in for their courses, reviewed before use."""
