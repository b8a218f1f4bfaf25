"""Reading exams, sittings, candidates and what is examined; what an account may see is decided here."""
