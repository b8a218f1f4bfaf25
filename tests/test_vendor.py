"""The vendored front-end files are the ones that static/vendor/README.md names, byte for byte."""

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "static" / "vendor"
LISTED = re.compile(r"^\| `(?P<file>[^`]+)` \| `(?P<sha256>[0-9a-f]{64})` \|$", re.MULTILINE)


def listed_hashes() -> dict[str, str]:
    text = (VENDOR / "README.md").read_text(encoding="utf-8")
    return {match["file"]: match["sha256"] for match in LISTED.finditer(text)}


def actual_hashes() -> dict[str, str]:
    files = [path for path in VENDOR.rglob("*") if path.is_file() and path.parent != VENDOR]
    return {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_every_vendored_file_is_listed_with_its_hash() -> None:
    assert actual_hashes() == listed_hashes()


def test_every_vendored_folder_names_its_version_and_holds_its_licence() -> None:
    folders = sorted(path for path in VENDOR.iterdir() if path.is_dir())
    well_formed = [
        folder
        for folder in folders
        if re.search(r"-\d+\.\d+\.\d+$", folder.name) and (folder / "LICENSE").is_file()
    ]
    assert folders
    assert well_formed == folders
