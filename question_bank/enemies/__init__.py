"""互斥: groups of items that give each other away, of which a variant may hold one."""
