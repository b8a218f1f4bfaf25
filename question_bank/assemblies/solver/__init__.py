"""组卷 by OR-Tools CP-SAT: one worker, a fixed seed and no clock, so the same order gives the same
papers."""
