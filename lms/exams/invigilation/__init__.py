"""监考: the door, the hall as the invigilator sees it, and what is put on record of it."""
