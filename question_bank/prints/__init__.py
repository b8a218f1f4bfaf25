"""印制: sealed papers, answer sheets and keys as files, every copy with a serial."""
