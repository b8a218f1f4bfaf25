"""What is done in marking: plans, marks, check scripts, scoring."""
