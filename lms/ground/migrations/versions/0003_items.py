"""Items: intakes know them, three looks at each, tags, full text, twins, banks and their readers."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

from lms.ground.db import Exact, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_GIN = """DO $$ BEGIN
IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN
CREATE INDEX IF NOT EXISTS fulltext_item_text_{0} ON item_text USING gin ({0} gin_trgm_ops);
END IF; END $$"""
_FULLTEXT = {
    "sqlite": (
        "CREATE VIRTUAL TABLE fulltext_item_text USING fts5 (face, inside,"
        " content='item_text', content_rowid='item_id', tokenize='trigram')",
        "CREATE TRIGGER fulltext_item_text_insert AFTER INSERT ON item_text BEGIN"
        " INSERT INTO fulltext_item_text (rowid, face, inside)"
        " VALUES (new.item_id, new.face, new.inside); END",
        "CREATE TRIGGER fulltext_item_text_delete AFTER DELETE ON item_text BEGIN"
        " INSERT INTO fulltext_item_text (fulltext_item_text, rowid, face, inside)"
        " VALUES ('delete', old.item_id, old.face, old.inside); END",
        "CREATE TRIGGER fulltext_item_text_update AFTER UPDATE ON item_text BEGIN"
        " INSERT INTO fulltext_item_text (fulltext_item_text, rowid, face, inside)"
        " VALUES ('delete', old.item_id, old.face, old.inside);"
        " INSERT INTO fulltext_item_text (rowid, face, inside)"
        " VALUES (new.item_id, new.face, new.inside); END",
    ),
    "postgresql": (
        "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm;"
        " EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'pg_trgm cannot be created'; END $$",
        _GIN.format("face"),
        _GIN.format("inside"),
    ),
}


def upgrade() -> None:
    _let_intakes_know()
    _open_banks()
    _keep_reviews()
    _add_to_items()
    _make_texts()
    _remember_changes()
    _find_twins()


def downgrade() -> None:
    for table in ("twin", "bucket", "fingerprint", "bulk_change_line", "bulk_change"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE fulltext_item_text")
    op.drop_table("item_text")
    op.drop_table("item_tag")
    _take_from_items()
    _keep_approvals()
    op.drop_table("bank_reader")
    with op.batch_alter_table("bank") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_bank_owner_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_bank_owner_id"))
        batch_op.drop_column("owner_id")
        batch_op.drop_column("access")
    _let_items_know()


def _let_intakes_know() -> None:
    # Intakes: what people said the columns of tables are.
    op.create_table(
        "column_mapping",
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.Column("chosen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("signature", name=op.f("pk_column_mapping")),
    )
    # Items.
    op.create_table(
        "taken_item",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_taken_item_intake_id")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_taken_item_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_taken_item")),
    )
    op.create_index(op.f("ix_taken_item_intake_id"), "taken_item", ["intake_id"])
    op.execute(
        "INSERT INTO taken_item (item_id, intake_id)"
        " SELECT id, intake_id FROM item WHERE intake_id IS NOT NULL"
    )
    with op.batch_alter_table("item") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_item_intake_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_item_intake_id"))
        batch_op.drop_column("intake_id")
    op.execute("UPDATE job SET kind = 'intakes.read' WHERE kind = 'items.read'")


def _let_items_know() -> None:
    op.drop_table("column_mapping")
    op.execute("UPDATE job SET kind = 'items.read' WHERE kind = 'intakes.read'")
    with op.batch_alter_table("item") as batch_op:
        batch_op.add_column(sa.Column("intake_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_item_intake_id"), "intake", ["intake_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_item_intake_id"), ["intake_id"], unique=False)
    op.execute(
        "UPDATE item SET intake_id ="
        " (SELECT intake_id FROM taken_item WHERE taken_item.item_id = item.id)"
    )
    op.drop_table("taken_item")


def _open_banks() -> None:
    with op.batch_alter_table("bank") as batch_op:
        batch_op.add_column(
            sa.Column("access", sa.String(length=40), nullable=False, server_default="stems")
        )
        batch_op.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_bank_owner_id"), "account", ["owner_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_bank_owner_id"), ["owner_id"], unique=False)
    with op.batch_alter_table("bank") as batch_op:
        batch_op.alter_column("access", existing_type=sa.String(length=40), server_default=None)
    op.create_table(
        "bank_reader",
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_bank_reader_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["bank.id"], name=op.f("fk_bank_reader_bank_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bank_id", "account_id", name=op.f("pk_bank_reader")),
    )
    op.create_index(op.f("ix_bank_reader_account_id"), "bank_reader", ["account_id"])


def _keep_reviews() -> None:
    """What was approved in one step stands as the last of the three stages."""
    op.create_table(
        "item_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_by", sa.String(), nullable=False),
        sa.Column("reviewed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "verdict <> 'returned' OR reason <> ''",
            name=op.f("ck_item_review_returned_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_review_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_item_review_reviewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_review")),
    )
    op.create_index(op.f("ix_item_review_item_id_number"), "item_review", ["item_id", "number"])
    op.create_index(op.f("ix_item_review_reviewer_id"), "item_review", ["reviewer_id"])
    op.execute(
        "INSERT INTO item_review"
        " (item_id, number, stage, verdict, reason, reviewer_id, reviewed_by, reviewed_at)"
        " SELECT item_id, number, 'final', 'passed', '', NULL, approved_by, approved_at"
        " FROM approval ORDER BY id"
    )
    op.drop_table("approval")


def _keep_approvals() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("own_work", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_approval_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_approval_item_id_number")),
    )
    op.execute(
        "INSERT INTO approval (item_id, number, own_work, approved_by, approved_at)"
        " SELECT item_id, number, (SELECT written_by = reviewed_by FROM item_version"
        " WHERE item_version.item_id = item_review.item_id"
        " AND item_version.number = item_review.number), reviewed_by, reviewed_at"
        " FROM item_review WHERE id IN (SELECT max(id) FROM item_review"
        " WHERE stage = 'final' AND verdict = 'passed' GROUP BY item_id, number)"
    )
    op.drop_table("item_review")
    op.execute("UPDATE item SET state = 'draft' WHERE state IN ('first', 'second', 'returned')")


def _add_to_items() -> None:
    with op.batch_alter_table("item") as batch_op:
        batch_op.create_index(batch_op.f("ix_item_state_id"), ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_kind_id"), ["kind", "id"], unique=False)
    with op.batch_alter_table("item_version") as batch_op:
        batch_op.add_column(sa.Column("writer_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("plays", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("transcript", sa.String(), nullable=False, server_default=""))
        batch_op.create_foreign_key(
            batch_op.f("fk_item_version_writer_id"), "account", ["writer_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_item_version_writer_id"), ["writer_id"], unique=False)
        batch_op.create_check_constraint(batch_op.f("ck_item_version_plays_positive"), "plays > 0")
    with op.batch_alter_table("item_version") as batch_op:
        batch_op.alter_column("transcript", existing_type=sa.String(), server_default=None)
    op.create_index(op.f("ix_provenance_valid_to"), "provenance", ["valid_to"])
    op.create_table(
        "item_tag",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_tag_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "word", name=op.f("pk_item_tag")),
    )
    op.create_index(op.f("ix_item_tag_word"), "item_tag", ["word"])


def _take_from_items() -> None:
    op.drop_index(op.f("ix_provenance_valid_to"), "provenance")
    with op.batch_alter_table("item_version") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_item_version_plays_positive"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_item_version_writer_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_item_version_writer_id"))
        batch_op.drop_column("writer_id")
        batch_op.drop_column("plays")
        batch_op.drop_column("transcript")
    with op.batch_alter_table("item") as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_state_id"))
        batch_op.drop_index(batch_op.f("ix_item_kind_id"))


def _make_texts() -> None:
    table = op.create_table(
        "item_text",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("face", sa.String(), nullable=False),
        sa.Column("inside", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_text_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_text")),
    )
    connection = op.get_bind()
    for statement in _FULLTEXT[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    rows = connection.exec_driver_sql(
        "SELECT item.id, stem, options, parts, key, rubric, rationale, item.kind FROM item"
        " JOIN item_version ON item_version.item_id = item.id"
        " AND item_version.number = item.latest ORDER BY item.id"
    )
    for some in rows.mappings().partitions(1000):
        op.bulk_insert(table, [_texts(dict(row)) for row in some])


def _texts(row: dict[str, Any]) -> dict[str, Any]:
    source = {
        name: json.loads(value) if name in _LISTS and isinstance(value, str) else value
        for name, value in row.items()
    }
    face, inside = _face(source), _inside(source)
    return {
        "item_id": row["id"],
        "face": "\n".join(_squeezed(text) for text in face if text.strip()),
        "inside": "\n".join(_squeezed(text) for text in inside if text.strip()),
    }


_LISTS = ("options", "parts", "key", "rubric")


def _face(source: dict[str, Any]) -> list[str]:
    further = [text for part in source.get("parts") or () for text in _face(part)]
    return [source.get("stem") or "", *(source.get("options") or ()), *further]


def _inside(source: dict[str, Any]) -> list[str]:
    told = [str(row["text"]) for row in source.get("rubric") or ()]
    if source.get("kind") in ("blank", "short", "essay", "speaking"):
        told += _words(source.get("key") or ())
    further = [text for part in source.get("parts") or () for text in _inside(part)]
    return [source.get("rationale") or "", *told, *further]


def _words(key: Any) -> list[str]:
    if isinstance(key, dict):
        return _words(key.get("accepted", ()))
    return [one for entry in key for one in _words(entry)] if isinstance(key, list) else [str(key)]


def _squeezed(text: str) -> str:
    """As the house squeezes texts, but for radicals; saving an item makes its text anew."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def _remember_changes() -> None:
    op.create_table(
        "bulk_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("undone_by", sa.String(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
    )
    op.create_table(
        "bulk_change_line",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["bulk_change.id"],
            name=op.f("fk_bulk_change_line_change_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_bulk_change_line_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("change_id", "item_id", name=op.f("pk_bulk_change_line")),
    )
    op.create_index(op.f("ix_bulk_change_line_item_id"), "bulk_change_line", ["item_id"])


def _find_twins() -> None:
    op.create_table(
        "fingerprint",
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["item_version.id"],
            name=op.f("fk_fingerprint_item_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("item_version_id", name=op.f("pk_fingerprint")),
    )
    op.create_table(
        "bucket",
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["fingerprint.item_version_id"],
            name=op.f("fk_bucket_item_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("item_version_id", "number", name=op.f("pk_bucket")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_bucket_number"), "bucket", ["number"])
    op.create_table(
        "twin",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("similarity", Exact(), nullable=False),
        sa.Column("kept_by", sa.String(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_twin_in_order")),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_twin_bank_id")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["item_version.id"], name=op.f("fk_twin_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["item_version.id"], name=op.f("fk_twin_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_twin")),
    )
    op.create_index(op.f("ix_twin_second_id"), "twin", ["second_id"])
    op.create_index(op.f("ix_twin_bank_id"), "twin", ["bank_id"])
