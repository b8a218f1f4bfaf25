"""What a suggestion is made of, and what a placement costs."""
