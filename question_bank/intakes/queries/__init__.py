"""Reading intakes and their rows; what an account may see is decided here."""
