"""班次: the cohorts held in the programmes, and who is enrolled."""
