"""Reading trips, who rides, and what stands against a plan."""
