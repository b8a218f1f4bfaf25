"""What staff do on the day of an exam: every deed is a row that says who, when and why."""
