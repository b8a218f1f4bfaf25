"""场地: rooms and bases, and the one table of bookings that everything claims through."""
