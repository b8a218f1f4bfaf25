"""Migrations: written from the models, run on both kinds of database, compared with the models."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from app import create_app
from lms.ground.config import Config
from lms.ground.db import database, session, transaction
from lms.ground.errors import Refused
from lms.ground.schema import steps as schema
from tests.conftest import POSTGRES, WORKER, House
from tests.stores import Bench, PostgresBench, SqliteBench

SECOND = '''"""A second step."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("upload") as batch:
        batch.alter_column("name", existing_type=sa.String(), nullable=True)


def downgrade() -> None:
    pass
'''


class Drafting:
    """A house whose database and migrations may be spoilt, and its first migration, written once."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self._bench = bench
        self.app = create_app(Config(var=folder, database_url=bench.url, testing=True))
        self.empty()
        with self.app.app_context(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(schema, "MIGRATIONS", copied_without_steps(folder))
            self.name = schema.revise("the house").name
            self.code = (schema.MIGRATIONS / "versions" / self.name).read_text()
            schema.upgrade()
        self.leave()
        bench.keep()

    def empty(self) -> None:
        """No table is in the database."""
        self.leave()
        self._bench.empty()

    def upgraded(self) -> None:
        """The database is as the first migration makes it."""
        self.leave()
        self._bench.restore()

    def leave(self) -> None:
        """Close all connections."""
        with self.app.app_context():
            database().engine.dispose()


def copied_without_steps(folder: Path) -> Path:
    target = folder / "migrations"
    shutil.copytree(
        schema.MIGRATIONS, target, ignore=shutil.ignore_patterns("0*.py", "__pycache__")
    )
    (target / "versions").mkdir(exist_ok=True)
    return target


@pytest.fixture(scope="module")
def drafting(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drafting]:
    """One per kind of database: to write a migration takes a second."""
    folder = tmp_path_factory.mktemp("drafting")
    sqlite = house.kind == "sqlite"
    bench = SqliteBench(folder) if sqlite else PostgresBench(POSTGRES, f"schema_{WORKER}")
    built = Drafting(bench, folder)
    yield built
    built.leave()


@pytest.fixture
def empty(drafting: Drafting) -> Iterator[Flask]:
    """The house on a database without a table."""
    drafting.empty()
    with drafting.app.app_context():
        yield drafting.app


@pytest.fixture
def upgraded(drafting: Drafting, first: Path) -> Iterator[Flask]:
    """The house on a database that the generated migration made."""
    drafting.upgraded()
    with drafting.app.app_context():
        yield drafting.app


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of migrations that starts empty."""
    monkeypatch.setattr(schema, "MIGRATIONS", copied_without_steps(tmp_path))
    return schema.MIGRATIONS / "versions"


@pytest.fixture
def first(drafting: Drafting, versions: Path) -> Path:
    """The generated migration, alone in that folder."""
    written = versions / drafting.name
    written.write_text(drafting.code)
    return written


def rows(statement: str) -> list[object]:
    with database().open(writes=False) as reader:
        return list(reader.execute(text(statement)).scalars())


def test_the_committed_migrations_make_what_the_models_say(empty: Flask) -> None:
    schema.upgrade()
    assert schema.check() == []


def test_a_generated_migration_makes_what_the_models_say(upgraded: Flask, versions: Path) -> None:
    assert schema.check() == []
    schema.upgrade()
    with pytest.raises(Refused, match="没有需要迁移的内容"):
        schema.revise("nothing new")
    assert [file.name for file in versions.glob("*.py")] == ["0001_the_house.py"]


def test_generated_code_is_tidy_and_states_what_the_database_holds(first: Path) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E,F,I", "--ignore",
         "E501", first], capture_output=True, text=True, check=False,
    )  # fmt: skip
    code = first.read_text()
    assert (checked.returncode, checked.stdout) == (0, "All checks passed!\n")
    assert "from lms.ground.db import" in code
    assert "sa.Column('at', UtcDateTime(), nullable=False)" in code.replace('"', "'")
    foreign = ("sa.Enum(", "Sealed(", "lms.ground.vault", "/migrations", "sqlite:", "postgresql:")
    assert [word for word in foreign if word in code] == []


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("ALTER TABLE upload ADD COLUMN stray INTEGER", "remove_column"),
        ("DROP INDEX ix_upload_sha256", "add_index"),
        ("DROP TABLE dispatch", "add_table"),
    ],
)
def test_a_database_that_differs_is_told(upgraded: Flask, damage: str, told: str) -> None:
    with transaction():
        session.execute(text(damage))
    assert [told in difference for difference in schema.check()[:1]] == [True]


def test_a_lost_check_constraint_is_told(empty: Flask, first: Path) -> None:
    first.write_text(first.read_text().replace("ck_upload_size", "ck_upload_other"))
    schema.upgrade()
    assert sorted(kind for difference in schema.check() for kind in difference.split("'")[1:2]) == [
        "add_constraint", "remove_constraint",
    ]  # fmt: skip


def test_altering_a_table_keeps_what_refers_to_it(upgraded: Flask, versions: Path) -> None:
    with transaction():
        session.execute(
            text(
                "INSERT INTO upload (id, sha256, name, size, media_type, owner_id, at) VALUES "
                "(1, :hash, 'a.txt', 1, 'text/plain', 7, '2026-11-22 04:00:00')"
            ),
            {"hash": "0" * 64},
        )
        session.execute(
            text(
                "INSERT INTO job (id, kind, arguments, state, progress, total, message, tries, "
                "cancel_asked, result_upload_id, owner_id, created_at, finished_at) VALUES (1, "
                "'x', '{}', 'done', 0, 0, '', 1, false, 1, 7, '2026-11-22 04:00:00', "
                "'2026-11-22 04:00:00')"
            )
        )
    (versions / "0002_second.py").write_text(SECOND)
    schema.upgrade()
    assert rows("SELECT result_upload_id FROM job") == [1]
    assert rows("SELECT name FROM upload") == ["a.txt"]
    assert inspect(database().engine).get_columns("upload")[2]["nullable"] is True


def test_a_step_that_fails_leaves_the_database_as_it_was(upgraded: Flask, versions: Path) -> None:
    broken = SECOND.replace('"upload"', '"upload2"').replace(
        "    with op", '    op.add_column("upload", sa.Column("extra", sa.Integer()))\n    with op'
    )
    (versions / "0002_second.py").write_text(broken)
    with pytest.raises(Exception, match="upload2"):
        schema.upgrade()
    assert rows("SELECT version_num FROM alembic_version") == ["0001"]
    assert schema.check() == []


def test_a_database_of_a_newer_house_is_refused(upgraded: Flask) -> None:
    with transaction():
        session.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(Refused, match="数据库的结构（0099）比这个版本的程序新"):
        schema.upgrade()


def test_a_migration_is_written_only_from_the_latest_schema(empty: Flask, first: Path) -> None:
    with pytest.raises(Refused, match="请先执行 flask schema upgrade"):
        schema.revise("too early")


def test_the_commands_say_what_is_wrong(empty: Flask, versions: Path) -> None:
    runner = empty.test_cli_runner()
    assert runner.invoke(args=["schema", "revise", "the house"]).output == "0001_the_house.py\n"
    assert runner.invoke(args=["schema", "check"]).exit_code == 1
    assert runner.invoke(args=["schema", "upgrade"]).exit_code == 0
    assert runner.invoke(args=["schema", "check"]).exit_code == 0
    again = runner.invoke(args=["schema", "revise", "again"])
    assert (again.exit_code, again.output) == (
        1, "Error: 模型与数据库一致，没有需要迁移的内容。\n",
    )  # fmt: skip


def test_foreign_keys_are_watched_again_after_an_upgrade(empty: Flask, first: Path) -> None:
    schema.upgrade()
    if database().engine.dialect.name == "sqlite":
        assert rows("PRAGMA foreign_keys") == [1]
        assert rows("PRAGMA cache_size") == [-1000]
    with pytest.raises(Exception, match=r"(?i)foreign key"), transaction():
        session.execute(
            text(
                "INSERT INTO job (kind, arguments, state, progress, total, message, tries, "
                "cancel_asked, result_upload_id, owner_id, created_at) VALUES ('x', '{}', "
                "'queued', 0, 0, '', 1, false, 12345, 7, '2026-11-22 04:00:00')"
            )
        )


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == name:
            yield node


def _too_early(source: str) -> list[str]:
    """Columns whose default is dropped in the very batch that adds them: SQLite makes the table
    anew at the end of a batch, and then the rows that there are lack a value."""
    found = []
    for batch in ast.walk(ast.parse(source)):
        if not isinstance(batch, ast.With):
            continue
        added = [ast.unparse(call.args[0]) for call in _calls(batch, "add_column")]
        for call in _calls(batch, "alter_column"):
            name = ast.unparse(call.args[0])
            dropped = any(one.arg == "server_default" for one in call.keywords)
            if dropped and any(f"Column({name}," in column for column in added):
                found.append(name)
    return found


def test_a_default_is_dropped_only_after_the_rows_have_it() -> None:
    early = {
        path.name: _too_early(path.read_text())
        for path in (schema.MIGRATIONS / "versions").glob("*.py")
    }
    assert {name: columns for name, columns in early.items() if columns} == {}
    breach = """
with op.batch_alter_table("trip") as table:
    table.add_column(sa.Column("gaps", sa.JSON(), nullable=False, server_default="[]"))
    table.alter_column("gaps", server_default=None)
"""
    assert _too_early(breach) == ["'gaps'"]
