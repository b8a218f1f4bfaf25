"""出行: a cohort goes along a route: buses, rosters, checks without signal, head counts, report."""
