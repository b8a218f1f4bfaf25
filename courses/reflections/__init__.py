"""心得体会: what learners write about what they learnt."""
