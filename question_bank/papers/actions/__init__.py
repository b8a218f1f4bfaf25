"""Writing papers: changes by hand, sealing, discarding."""
