"""Rules of analysis: classical test statistics, what they mean in words, and where plots put them."""
