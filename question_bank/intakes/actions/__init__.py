"""What people and workers do to intakes and to the rows of their previews."""
