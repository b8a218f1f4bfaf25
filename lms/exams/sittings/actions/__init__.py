"""Arranging exams: which there are, what they cover, and when they are held."""
