"""What the desk computes: how far a cohort has come; how the demo school comes about."""
