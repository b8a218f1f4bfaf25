"""The exam page asks for nothing that Chromium 86 (360, 奇安信, the WeChat view) does not have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[4] / "static"
FLOOR = 86

# What came later, by the version of Chromium that brought it, and a line that uses it.
SCRIPT = {
    r"\.at\(": (92, "list.at(-1)"),
    r"\bObject\.hasOwn\(": (93, "Object.hasOwn(one, 'a')"),
    r"\bstructuredClone\(": (98, "structuredClone(one)"),
    r"\.(findLast|findLastIndex)\(": (97, "list.findLast(isWanted)"),
    r"\.(toSorted|toReversed|toSpliced)\(": (110, "list.toSorted()"),
    r"\b(Object|Map)\.groupBy\(": (117, "Object.groupBy(list, by)"),
    r"\bAbortSignal\.(timeout|any)\(": (103, "AbortSignal.timeout(5)"),
    r"\bcrypto\.randomUUID\(": (92, "crypto.randomUUID()"),
    r"\bPromise\.(withResolvers|try)\(": (119, "Promise.withResolvers()"),
    r"\bArray\.fromAsync\(": (121, "Array.fromAsync(all)"),
    r"\bstatic\s*\{": (94, "class A { static { run(); } }"),
    r"^(?:(?:const|let|var)[^(]*=\s*)?await\b": (89, "const one = await two();"),
    r"#\w+ in ": (91, "#secret in one"),
    r"\bcause:": (93, "throw new Error('x', {cause: error})"),
    r"\bnew URLPattern\(": (95, "new URLPattern({})"),
    r"\.(union|intersection|isSubsetOf|difference)\(": (122, "one.union(other)"),
    r"\bassert\s*\{\s*type|\bwith\s*\{\s*type": (91, "import a from 'b' with { type: 'json' }"),
}
STYLE = {
    r":has\(": (105, "a:has(b) {}"),
    r":(is|where)\(": (88, ":is(a, b) {}"),
    r"\binset:": (87, "a { inset: 0; }"),
    r"\baspect-ratio:": (88, "a { aspect-ratio: 1; }"),
    r"\baccent-color:": (93, "a { accent-color: red; }"),
    r"\d[dsl]v[hwbi]\b": (108, "a { height: 100dvh; }"),
    r"@(layer|container|scope)\b": (99, "@layer a;"),
    r"\bcolor-mix\(": (111, "a { color: color-mix(in srgb, red, blue); }"),
    r"\btext-wrap:": (114, "a { text-wrap: balance; }"),
    r"\boverflow:\s*clip\b": (90, "a { overflow: clip; }"),
    r"^\s*&": (112, "& b {}"),
}


def sources(ending: str) -> list[Path]:
    """All that the page loads: its own, and what it has vendored."""
    own = sorted((STATIC / "exam").glob(f"*{ending}"))
    folders = ("idb-*", "noble-hashes-*", "noble-ciphers-*")
    vendored = [
        file for one in folders for file in sorted((STATIC / "vendor").glob(f"{one}/*{ending}"))
    ]
    return own + vendored


def too_new(text: str, features: dict[str, tuple[int, str]]) -> list[str]:
    """What of a source came after the floor."""
    code = re.sub(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", "", text, flags=re.DOTALL)
    return [
        f"{found[0].strip()} (Chromium {version})"
        for pattern, (version, _) in features.items()
        if version > FLOOR
        for found in [re.search(pattern, code, re.MULTILINE)]
        if found
    ]


# What the vendored code may use all the same: the page brings it along, before that code.
BROUGHT = {r"\bObject\.hasOwn\(": "Object.hasOwn ="}


@pytest.mark.parametrize("file", sources(".js"), ids=lambda file: file.name)
def test_no_script_is_too_new(file: Path) -> None:
    brings = "vendor" in file.parts or file.name == "floor.js"
    features = {one: told for one, told in SCRIPT.items() if not (brings and one in BROUGHT)}
    assert too_new(file.read_text(), features) == []


def test_what_is_brought_along_is_there_before_it_is_asked_for() -> None:
    floor, digest = ((STATIC / "exam" / name).read_text() for name in ("floor.js", "digest.js"))
    assert [given in floor for given in BROUGHT.values()] == [True]
    imported = re.findall(r'^import .*?"(.+?)";', digest, re.MULTILINE)
    assert imported[0] == "./floor.js"


@pytest.mark.parametrize("file", sources(".css"), ids=lambda file: file.name)
def test_no_style_is_too_new(file: Path) -> None:
    assert too_new(file.read_text(), STYLE) == []


@pytest.mark.parametrize(
    ("features", "pattern"),
    [(features, pattern) for features in (SCRIPT, STYLE) for pattern in features],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_the_lint_sees_what_is_too_new(features: dict[str, tuple[int, str]], pattern: str) -> None:
    _, line = features[pattern]
    assert len(too_new(line, {pattern: features[pattern]})) == 1
