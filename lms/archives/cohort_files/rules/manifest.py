"""The list of hashes in a bundle: written once, and held against the files ever after."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

JSON_NAME = "manifest.json"
CSV_NAME = "manifest.csv"
_FIELDS = ("position", "entry", "path", "title", "size", "sha256")


@dataclass(frozen=True)
class Line:
    """One file of the bundle; `size` in bytes, `sha256` of its content in hex."""

    position: int
    entry: int
    path: str
    title: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What was filed: of which cohort, as which filing, by whom and when, and the files."""

    cohort: str
    number: int
    filed_by: str
    filed_at: str
    lines: tuple[Line, ...]


def canonical(manifest: Manifest) -> bytes:
    """The bytes that are signed: JSON with sorted keys and without blanks."""
    return json.dumps(
        asdict(manifest), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def as_json(manifest: Manifest, *, signature: str) -> bytes:
    """manifest.json."""
    plain = {"format": 1, "algorithm": "SHA-256", "signature": signature, **asdict(manifest)}
    return json.dumps(plain, ensure_ascii=False, indent=1).encode()


def as_csv(lines: Iterable[Line]) -> bytes:
    """manifest.csv for people: UTF-8 with a byte order mark, so that Excel reads it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("序号", "目录号", "文件", "题名", "字节数", "SHA-256"))
    for line in lines:
        plain = asdict(line)
        writer.writerow([plain[name] for name in _FIELDS])
    return text.getvalue().encode("utf-8-sig")


def parse(content: bytes) -> tuple[Manifest, str]:
    """A manifest and its signature from manifest.json; ValueError for anything else."""
    try:
        plain: Mapping[str, Any] = json.loads(content)
        lines = tuple(Line(**{name: line[name] for name in _FIELDS}) for line in plain["lines"])
        return (
            Manifest(
                cohort=str(plain["cohort"]),
                number=int(plain["number"]),
                filed_by=str(plain["filed_by"]),
                filed_at=str(plain["filed_at"]),
                lines=lines,
            ),
            str(plain["signature"]),
        )
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError("not a manifest") from error


def first_fault(lines: Sequence[Line], found: Mapping[str, str]) -> str:
    """The first file that is not as it was filed, as a sentence; "" when all are.

    `found` has the hash of every file that is there, the manifests left out.
    """
    for line in lines:
        if line.path not in found:
            return f"{line.path}：清单里有，档案包里没有。"
        if found[line.path] != line.sha256:
            return f"{line.path}：内容与归档时不同（SHA-256 不符）。"
    extra = sorted(set(found) - {line.path for line in lines})
    return f"{extra[0]}：清单里没有这个文件。" if extra else ""
