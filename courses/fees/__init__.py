"""课酬: what lectures are paid, worked out line by line, decided by a named person, corrected openly."""
