"""What a solver is asked and answers, and why it could not, as plain data."""
