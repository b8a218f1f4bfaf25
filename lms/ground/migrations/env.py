"""Alembic's entry: everything it needs to know is handed over by `lms.ground.schema.steps`."""

from __future__ import annotations

from alembic import context

from lms.ground.fulltext import is_ours

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=attributes["metadata"],
    render_item=attributes["render_item"],
    # What is generated on one database must run on the other: SQLite alters by copying.
    render_as_batch=True,
    autogenerate_plugins=attributes["plugins"],
    include_name=is_ours,
)
with context.begin_transaction():
    context.run_migrations()
