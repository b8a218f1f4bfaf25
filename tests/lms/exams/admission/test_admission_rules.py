"""Safe Exam Browser's settings, keys and file, held against its developer documentation."""

from __future__ import annotations

import base64
import gzip
import hashlib
import plistlib
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from lms.exams.admission.rules import (
    browser_settings,
    config_key,
    launch_link,
    read_keys,
    seb_file,
    seb_json,
)

# Neighbours of the example string in the documentation of the Config Key, in its order.
DOCUMENTED = [
    "additionalResources", "allowAirPlay", "allowDownUploads", "allowedDisplayBuiltin",
    "allowedDisplaysMaxNumber", "allowFlashFullscreen", "allowPDFPlugIn", "allowWlan",
    "browserMessagingSocket", "enableF1", "enableF10", "enableF2", "sebServicePolicy", "startURL",
    "touchOptimized", "URLFilterEnable", "URLFilterMessage", "urlFilterRegex", "URLFilterRules",
    "urlFilterTrustedContent", "zoomMode",
]  # fmt: skip

SETTINGS = browser_settings(
    start="http://192.168.1.2:8000/admission/door",
    leave="http://192.168.1.2:8000/admission/leave",
    salt=bytes(range(32)),
    quit_password="离开",
)


def test_keys_stand_in_the_order_of_the_documented_example() -> None:
    told = seb_json(dict.fromkeys(sorted(DOCUMENTED, reverse=True), 0))
    assert re.findall(r'"(\w+)"', told) == DOCUMENTED


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"browserMessagingSocket": "ws:\\localhost:8706"}, r'{"browserMessagingSocket":"ws:\localhost:8706"}'),
        ({"b": {"z": True, "A": [{"y": 1, "X": "甲/乙"}]}, "a": []}, '{"a":[],"b":{"A":[{"X":"甲/乙","y":1}],"z":true}}'),
        ({"empty": {}, "kept": {"inner": ""}}, '{"kept":{"inner":""}}'),
        ({"examKeySalt": b"\x00\xff"}, '{"examKeySalt":"AP8="}'),
        ({"day": datetime(2026, 11, 22, 8, tzinfo=UTC)}, '{"day":"2026-11-22T08:00:00+00:00"}'),
        ({"zoomMode": 0, "allowWlan": False}, '{"allowWlan":false,"zoomMode":0}'),
    ],
)  # fmt: skip
def test_seb_json_has_no_blanks_no_escapes_and_no_empty_dictionaries(
    value: dict[str, Any], told: str
) -> None:
    assert seb_json(value) == told


def test_the_config_key_is_the_hash_of_the_text_without_the_originator() -> None:
    settings = {"startURL": "http://www.safeexambrowser.org/exams", "allowQuit": True}
    text = '{"allowQuit":true,"startURL":"http://www.safeexambrowser.org/exams"}'
    assert config_key(settings) == hashlib.sha256(text.encode()).hexdigest()
    assert config_key({**settings, "originatorVersion": "SEB_OSX_3.0"}) == config_key(settings)
    assert config_key({**settings, "allowQuit": False}) != config_key(settings)


def test_a_seb_file_is_gzip_around_the_prefix_and_the_gzipped_plist() -> None:
    outer = gzip.decompress(seb_file(SETTINGS))
    assert outer[:4] == b"plnd"
    plist = plistlib.loads(gzip.decompress(outer[4:]))
    assert plist["examKeySalt"] == bytes(range(32))
    assert config_key(plist) == config_key(SETTINGS)


def test_the_settings_lock_the_browser_to_this_house() -> None:
    assert SETTINGS["URLFilterRules"] == [
        {"action": 1, "active": True, "expression": "192.168.1.2:8000/*", "regex": False}
    ]
    assert SETTINGS["hashedQuitPassword"] == hashlib.sha256("离开".encode()).hexdigest()
    assert base64.b64decode(SETTINGS["examKeySalt"]) == bytes(range(32))
    without = browser_settings(start="http://a/b", leave="http://a/c", salt=b"")
    assert (without["allowQuit"], without["hashedQuitPassword"]) == (False, "")


def test_a_launch_link_keeps_the_security_of_the_address() -> None:
    assert launch_link("http://a:8000/x.seb", "T") == "seb://a:8000/x.seb??launch=T"
    assert launch_link("https://a/x.seb", "T") == "sebs://a/x.seb??launch=T"


def test_exam_keys_are_64_hexadecimal_digits() -> None:
    keys, faults = read_keys(f"{'AB' * 32}\n短 {'ab' * 32}")
    assert keys == ["ab" * 32]
    assert [fault[:4] for fault in faults] == ["“短”不"]
