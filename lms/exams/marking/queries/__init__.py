"""Reading for marking: exams and their items, blind responses and marks, scoring runs."""
