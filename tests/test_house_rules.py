"""The laws of the house: each is kept by the house, and each is seen to catch a breach."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import RelationshipProperty

from lms.ground import db

ROOT = Path(__file__).resolve().parents[1]
WINGS = ("lms", "question_bank", "courses")
CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
]

# For every contract one line that breaks it, planted at the end of a file.
BREACHES = {
    "Floors": ("lms/ground/clock.py", "import courses.catalogue"),
    "lms holds these wings and nothing else": ("lms/utils.py", ""),
    "Ground, top to bottom": ("lms/ground/errors.py", "import lms.ground.db"),
    "Question bank, top to bottom": ("question_bank/topics/models.py", "import question_bank.items"),
    "Courses, top to bottom": ("courses/catalogue/models.py", "import courses.timetable"),
    "Exams, top to bottom": ("lms/exams/attempts/models.py", "import lms.exams.results"),
    "Appraisal, top to bottom": ("lms/appraisal/schemes/models.py", "import lms.appraisal.reviews"),
    "Archives, top to bottom": ("lms/archives/certificates/models.py", "import lms.archives.closing"),
    "Inside every room": ("courses/cohorts/helpers.py", ""),
    "Rules and kinds are plain Python, also indirectly": ("courses/venues/rules.py", "import sqlalchemy"),
    "Only app.py opens a view": ("lms/desk/forms.py", "import lms.ground.jobs.views"),
    "Nobody imports the composition root": ("lms/ground/config.py", "import app"),
    "No knots": ("lms/ground/spans.py", "import lms.exams"),
}  # fmt: skip


def _lint_imports(folder: Path) -> str:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def _verdicts(report: str) -> dict[str, str]:
    """`KEPT` or `BROKEN` for every contract that the report names."""
    return {
        match[1]: match[2] for match in re.finditer(r"^(.+?) (KEPT|BROKEN)\b", report, re.MULTILINE)
    }


def test_imports_follow_the_floor_plan() -> None:
    report = _lint_imports(ROOT)
    assert _verdicts(report) == dict.fromkeys(CONTRACTS, "KEPT"), report


def test_every_contract_catches_a_breach(tmp_path: Path) -> None:
    assert list(BREACHES) == CONTRACTS
    for wing in WINGS:
        shutil.copytree(ROOT / wing, tmp_path / wing, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "app.py").touch()
    for file, line in BREACHES.values():
        with (tmp_path / file).open("a") as planted:
            planted.write(f"\n{line}\n")
    report = _lint_imports(tmp_path)
    assert _verdicts(report) == dict.fromkeys(CONTRACTS, "BROKEN"), report


Rule = Callable[[Path, ast.Module], Iterator[str]]


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == name:
            yield node


def only_db_commits(path: Path, tree: ast.Module) -> Iterator[str]:
    """The request is the transaction."""
    if path != Path("lms/ground/db.py"):
        yield from (f"{path}:{call.lineno} commits" for call in _calls(tree, "commit"))


def only_clock_reads_the_clock(path: Path, tree: ast.Module) -> Iterator[str]:
    """Time is an argument everywhere else, so that every rule can be tried at any hour."""
    if path == Path("lms/ground/clock.py"):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(
                value=ast.Name(id="datetime" | "date"), attr="now" | "today" | "utcnow"
            ):
                yield f"{path}:{node.lineno} reads the system clock"
            case ast.Attribute(
                value=ast.Name(id="time"), attr="time" | "monotonic" | "perf_counter"
            ):
                yield f"{path}:{node.lineno} reads the system clock"


def no_import_hides_in_a_function(path: Path, tree: ast.Module) -> Iterator[str]:
    """What a module needs stands at its head, where the contracts see it."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield f"{path}:{node.lineno} imports inside a function"


def reading_views_call_no_action(path: Path, tree: ast.Module) -> Iterator[str]:
    """GET never writes."""
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef) or not _is_get_only(function):
            continue
        for node in ast.walk(function):
            match node:
                case ast.Attribute(value=ast.Name(id=name)) if name.endswith("actions"):
                    yield f"{path}:{node.lineno} calls an action in a GET"


def _is_get_only(function: ast.FunctionDef) -> bool:
    routes = [
        decorator
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        and getattr(decorator.func, "attr", "") in {"get", "post", "put", "delete", "route"}
    ]
    return bool(routes) and all(
        getattr(route.func, "attr", "") == "get"
        or (
            getattr(route.func, "attr", "") == "route"
            and not any(k.arg == "methods" for k in route.keywords)
        )
        for route in routes
    )


def heavy_libraries_stay_in_their_files(path: Path, tree: ast.Module) -> Iterator[str]:
    """WeasyPrint, OR-Tools and SciPy are loaded by pdf.py and in folders pdf and solver alone."""
    if path == Path("lms/ground/pdf.py") or {"pdf", "solver"} & {*path.parts}:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules = [name.name for name in names]
            case ast.ImportFrom(module=str(module)):
                modules = [module]
            case _:
                continue
        for module in modules:
            if module.partition(".")[0] in {"weasyprint", "ortools", "scipy", "numpy"}:
                yield f"{path}:{node.lineno} loads {module}"


def modules_say_what_they_are(path: Path, tree: ast.Module) -> Iterator[str]:
    """One sentence at the head of every module."""
    if not ast.get_docstring(tree):
        yield f"{path} has no docstring"


def rooms_only_introduce_themselves(path: Path, tree: ast.Module) -> Iterator[str]:
    """A room's `__init__.py` is its docstring: no re-exports."""
    is_room = path.name == "__init__.py" and (path.parent / "models.py").exists()
    tools = {Path("lms/ground/jobs"), Path("lms/ground/uploads")}
    if is_room and path.parent not in tools and len(tree.body) > 1:
        yield f"{path} holds more than its docstring"


LAWS: dict[Rule, tuple[str, str]] = {
    only_db_commits: ("courses/cohorts/actions.py", "session.commit()"),
    only_clock_reads_the_clock: ("courses/cohorts/actions.py", "x = datetime.now()"),
    no_import_hides_in_a_function: ("a.py", "def f():\n    import os"),
    reading_views_call_no_action: ("a/views.py", "@blueprint.get('/')\ndef f():\n    actions.do()"),
    heavy_libraries_stay_in_their_files: ("courses/x/documents.py", "from weasyprint import HTML"),
    modules_say_what_they_are: ("a.py", "x = 1"),
    rooms_only_introduce_themselves: ("courses/cohorts/__init__.py", '"""班次"""\nimport os'),
}


def _sources() -> Iterator[tuple[Path, ast.Module]]:
    for wing in WINGS:
        for file in sorted((ROOT / wing).rglob("*.py")):
            if "versions" not in file.parts and file.name != "env.py":
                yield file.relative_to(ROOT), ast.parse(file.read_text())


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_house_keeps_the_law(law: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert [breach for path, tree in _sources() for breach in law(path, tree)] == []


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_law_catches_a_breach(law: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    path, source = LAWS[law]
    assert len(list(law(Path(path), ast.parse(source)))) == 1


FLOORS = ("lms.ground", "question_bank|courses", "lms.exams", "lms.appraisal", "lms.archives")


def _floor(module: str) -> int:
    return next(
        number
        for number, names in enumerate(FLOORS)
        if any(module.startswith(name + ".") for name in names.split("|"))
    )


def _upward_keys(mappers: list[tuple[str, str, list[str]]]) -> list[str]:
    """`(module, table, modules its keys point to)` whose keys point to a higher floor or sideways."""
    return [
        f"{table} points up to {target}"
        for module, table, targets in mappers
        for target in targets
        if _floor(target) > _floor(module)
        or (_floor(target) == _floor(module) == 1 and target.split(".")[0] != module.split(".")[0])
    ]


@pytest.mark.usefixtures("app")
def test_foreign_keys_point_down() -> None:
    homes = {mapper.local_table: mapper.class_.__module__ for mapper in db.Base.registry.mappers}
    keys = [
        (home, table.name, [homes[key.column.table] for key in table.foreign_keys])
        for table, home in homes.items()
    ]
    assert _upward_keys(keys) == []
    assert _upward_keys([("lms.ground.people.models", "person", ["courses.cohorts.models"])])
    assert _upward_keys([("courses.cohorts.models", "cohort", ["question_bank.items.models"])])


@pytest.mark.usefixtures("app")
def test_every_table_says_what_a_row_is() -> None:
    silent = [
        m.class_.__name__ for m in db.Base.registry.mappers if not m.class_.__dict__.get("__doc__")
    ]
    assert silent == []


@pytest.mark.usefixtures("app")
def test_nothing_loads_by_surprise() -> None:
    lazy = [
        f"{mapper.class_.__name__}.{relation.key}"
        for mapper in db.Base.registry.mappers
        for relation in mapper.relationships
        if isinstance(relation, RelationshipProperty) and relation.lazy != "raise"
    ]
    assert lazy == []
