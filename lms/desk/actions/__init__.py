"""Loading the demo school, one part of it per file."""
