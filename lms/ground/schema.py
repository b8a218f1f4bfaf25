"""The schema of the database, by Alembic."""
