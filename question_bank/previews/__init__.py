"""核对: what was read of a question file, looked through and put right before it enters a bank. The rows are kept by the intake; here are their pages."""
