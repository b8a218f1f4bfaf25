"""Reading analyses, each time asking what the account may see."""
