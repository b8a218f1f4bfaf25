"""评课: what learners say of the lessons that they had, and what it comes to for an instructor."""
