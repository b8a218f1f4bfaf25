"""现场教学: red-education routes and their stops in order."""
