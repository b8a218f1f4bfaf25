"""试题分析: how papers and items did once people sat them, in counts and figures, never people."""
