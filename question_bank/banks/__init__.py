"""题库: the collections that items lie in, and which instructors may look into which."""
