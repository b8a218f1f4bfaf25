"""疑似重复: items that say nearly the same, found by MinHash, and what was decided of them."""
