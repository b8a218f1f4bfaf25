"""Reading assemblies, and what the banks can supply for them."""
