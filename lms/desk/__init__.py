"""工作台: what each role must do today, and the demo school."""
