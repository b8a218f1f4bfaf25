"""The lock files pin everything that pyproject.toml asks for, by hash, and name no registry."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FOR_USERS = PROJECT["dependencies"]
FOR_TESTS = FOR_USERS + PROJECT["optional-dependencies"]["test"]
ENTRY = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; [^\\\n]+)? \\\n"
    r"(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+",
    re.MULTILINE,
)
LOCKS = [("requirements.lock", FOR_USERS), ("requirements-dev.lock", FOR_TESTS)]


def read(lock: str) -> str:
    return (ROOT / lock).read_text(encoding="utf-8")


def pinned(lock: str) -> dict[str, str]:
    return {match["name"]: match["version"] for match in ENTRY.finditer(read(lock))}


def is_met(asked: Requirement, versions: dict[str, str]) -> bool:
    version = versions.get(canonicalize_name(asked.name))
    return version is not None and asked.specifier.contains(version)


@pytest.mark.parametrize(("lock", "wanted"), LOCKS)
def test_a_lock_pins_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    versions = pinned(lock)
    unmet = [line for line in wanted if not is_met(Requirement(line), versions)]
    assert unmet == [], "run `make lock`"


@pytest.mark.parametrize(("lock", "_"), LOCKS)
def test_a_lock_holds_versions_and_hashes_and_nothing_else(lock: str, _: list[str]) -> None:
    assert ENTRY.sub("", read(lock)) == ""


def test_tests_run_on_the_versions_that_users_get() -> None:
    assert pinned("requirements.lock").items() <= pinned("requirements-dev.lock").items()
