"""Reading results: what an exam comes to, what is released, and what a learner may read of it."""
