"""阅卷: machines score, people mark, scores are reconciled."""
