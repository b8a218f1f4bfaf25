"""课件落实: which lesson needs courseware by when, and the approved version it is given with."""
