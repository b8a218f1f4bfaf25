"""Safe Exam Browser: its settings for a sitting, their Config Key, the .seb file; access codes.

After its developer documentation: "Config Key" (SEB-JSON), "Config File Format" (prefix plnd), and
"Integration" (quit link, start address with a query of its own).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import plistlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

LAUNCH_HOLDS = timedelta(minutes=10)
CODE_LENGTH = 6
_KEY = re.compile(r"[0-9a-f]{64}")
_PLAIN = b"plnd"
# A setting with no function: SEB itself leaves it out of the Config Key.
_UNCOUNTED = "originatorVersion"


@dataclass(frozen=True)
class AdmissionDraft:
    """What a sitting asks for; `browser_quit_password` empty: nobody leaves before handing in."""

    asks_code: bool
    networks: tuple[str, ...] = ()
    binds_seat: bool = False
    asks_browser: bool = False
    quit_password: str = ""
    exam_keys: tuple[str, ...] = ()


def browser_settings(
    *, start: str, leave: str, salt: bytes, quit_password: str = ""
) -> dict[str, Any]:
    """The settings of Safe Exam Browser for one sitting, as its specification names them.

    `start` and `leave` are absolute addresses; loading `leave` ends the browser. `salt` (bytes)
    makes the Browser Exam Key of this sitting its own. What is not named keeps SEB's safe default.
    """
    host = urlsplit(start).netloc
    rule = {"action": 1, "active": True, "expression": f"{host}/*", "regex": False}
    return {
        "sebConfigPurpose": 0,  # to start an exam, not to configure a client
        "startURL": start,
        "startURLAppendQueryParameter": True,  # ??launch=… of the link
        "quitURL": leave,
        "quitURLConfirm": False,
        "allowQuit": bool(quit_password),
        "hashedQuitPassword": hashlib.sha256(quit_password.encode()).hexdigest()
        if quit_password
        else "",
        "sendBrowserExamKey": True,
        "browserWindowWebView": 3,  # the modern engine, whose pages ask for their keys
        "examKeySalt": base64.b64encode(salt).decode(),
        "examSessionClearCookiesOnStart": True,
        "examSessionClearCookiesOnEnd": True,
        "URLFilterEnable": True,
        "URLFilterEnableContentFilter": False,
        "URLFilterRules": [rule],
        "allowPreferencesWindow": False,
        "allowSpellCheck": False,
        "allowDictation": False,
        "allowDictionaryLookup": False,
        "allowScreenSharing": False,
        "allowSwitchToApplications": False,
        "allowVirtualMachine": False,
        "browserMediaCaptureMicrophone": True,
        "browserWindowAllowReload": True,
        "enablePrintScreen": False,
        "enableRightMouse": False,
        "showInputLanguage": True,
        "showReloadButton": True,
        "showTaskBar": True,
        "showTime": True,
    }


def seb_file(settings: Mapping[str, Any]) -> bytes:
    """An unencrypted .seb: gzip over the prefix plnd and the gzipped plist."""
    plist = dict(settings)
    if "examKeySalt" in plist:
        plist["examKeySalt"] = base64.b64decode(plist["examKeySalt"])
    written = plistlib.dumps(plist, fmt=plistlib.FMT_XML, sort_keys=True)
    return gzip.compress(_PLAIN + gzip.compress(written, mtime=0), mtime=0)


def config_key(settings: Mapping[str, Any]) -> str:
    """The Config Key of settings: SHA-256 (hex) of their SEB-JSON."""
    counted = {name: value for name, value in settings.items() if name != _UNCOUNTED}
    return hashlib.sha256(seb_json(counted).encode()).hexdigest()


def seb_json(value: Any) -> str:
    """The text that the Config Key is computed from.

    JSON without blanks and without escapes; keys in the order of their lower-case letters, empty
    dictionaries left out, data as Base64, dates as ISO 8601.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return json.dumps(value)
        case bytes():
            return f'"{base64.b64encode(value).decode()}"'
        case datetime():
            return f'"{value.isoformat()}"'
        case str():
            return f'"{value}"'
        case Mapping():
            kept = {name: one for name, one in value.items() if one != {}}
            members = (f'"{name}":{seb_json(kept[name])}' for name in sorted(kept, key=str.lower))
            return "{" + ",".join(members) + "}"
        case _:
            return "[" + ",".join(seb_json(one) for one in value) + "]"


def read_keys(text: str) -> tuple[list[str], list[str]]:
    """Browser Exam Keys, one a line; the sentences for what is none."""
    words = [word.lower() for word in text.split()]
    faults = [
        f"“{word}”不是浏览器考试密钥：应是 64 位十六进制数，从 SEB 配置工具的“考试”页复制。"
        for word in words
        if not _KEY.fullmatch(word)
    ]
    return list(dict.fromkeys(word for word in words if _KEY.fullmatch(word))), faults


def launch_link(config: str, token: str) -> str:
    """The address that opens Safe Exam Browser with this configuration (an absolute address).

    seb: over http, sebs: over https; what follows ?? goes to the start address.
    """
    scheme, rest = config.split(":", 1)
    return f"{'sebs' if scheme == 'https' else 'seb'}:{rest}??launch={token}"
