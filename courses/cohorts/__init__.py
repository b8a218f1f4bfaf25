"""班次: programmes, the cohorts held in them, and who is enrolled."""
