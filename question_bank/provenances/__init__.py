"""出处: items whose sources no longer hold, or soon will not, and what is done with them."""
