"""成绩复核: learners ask for their score to be checked, and somebody else than the marker decides."""
