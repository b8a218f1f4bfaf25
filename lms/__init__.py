"""逢学: the ground that all rooms stand on, and the roof over them."""
