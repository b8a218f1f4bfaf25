"""试题分析: how items and papers did."""
